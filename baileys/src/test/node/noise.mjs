// Responder side of Noise_XX_25519_AESGCM_SHA256 with WhatsApp's prologue and framing.
//
//   -> [prologue "WA" 06 03]  frame{ HandshakeMessage.clientHello{ e } }
//   <-                        frame{ HandshakeMessage.serverHello{ e, enc(s), enc(CertChain) } }
//   -> frame{ HandshakeMessage.clientFinish{ enc(s), enc(ClientPayload) } }
//
// frame = u24 big endian length + bytes. With routing info the prologue is preceded by "ED" 00 01 u24(len) bytes.
import { aesDecryptGCM, aesEncryptGCM, Curve, decodeBinaryNode, encodeBinaryNode, hkdf, proto, sha256 } from 'baileys'
import { deflateSync } from 'node:zlib'

const PROTOCOL = Buffer.from('Noise_XX_25519_AESGCM_SHA256\0\0\0\0') // exactly 32 bytes, so it is the initial hash itself
const PROLOGUE = Buffer.from([0x57, 0x41, 6, 3])
const NO_AAD = Buffer.alloc(0)

const iv = counter => {
  const out = Buffer.alloc(12)
  out.writeUInt32BE(counter, 8)
  return out
}

class SymmetricState {
  hash = PROTOCOL
  salt = PROTOCOL
  key = PROTOCOL
  counter = 0

  mixHash(data) {
    this.hash = sha256(Buffer.concat([this.hash, data]))
  }
  expand(input) {
    const out = Buffer.from(hkdf(input, 64, { salt: this.salt, info: '' }))
    return [out.subarray(0, 32), out.subarray(32)]
  }
  mixKey(sharedSecret) {
    ;[this.salt, this.key] = this.expand(sharedSecret)
    this.counter = 0
  }
  encrypt(plain) {
    const out = aesEncryptGCM(plain, this.key, iv(this.counter++), this.hash)
    this.mixHash(out)
    return out
  }
  decrypt(cipher) {
    const out = aesDecryptGCM(cipher, this.key, iv(this.counter++), this.hash)
    this.mixHash(cipher)
    return out
  }
}

/** One connection's byte layer: feed it WebSocket payloads, it hands back the client payload and then nodes, in order. */
export class NoiseResponder {
  #state = new SymmetricState()
  #stage = 'prologue'
  #inBytes = Buffer.alloc(0)
  #ephemeral = Curve.generateKeyPair()
  #read
  #write
  #readCounter = 0
  #writeCounter = 0

  constructor({ certificates, send, onClientPayload, onNode }) {
    Object.assign(this, { certificates, send, onClientPayload, onNode })
  }

  /** Parses synchronously up to the node decoder, whose promises are chained so nodes stay in wire order. */
  #tail = Promise.resolve()
  receive(data) {
    this.#inBytes = Buffer.concat([this.#inBytes, data])
    if (this.#stage === 'prologue') this.#takePrologue()
    for (let frame; (frame = this.#takeFrame()); ) this.#handle(frame)
    return this.#tail
  }

  #takePrologue() {
    let at = 0
    if (this.#inBytes.subarray(0, 2).toString() === 'ED') {
      const length = this.#inBytes.readUIntBE(4, 3)
      this.routingInfo = Buffer.from(this.#inBytes.subarray(7, 7 + length))
      at = 7 + length
    }
    if (!this.#inBytes.subarray(at, at + 4).equals(PROLOGUE)) throw new Error('bad prologue')
    this.#inBytes = this.#inBytes.subarray(at + 4)
    this.#state.mixHash(PROLOGUE) // the routing bytes are not part of the prologue
    this.#stage = 'hello'
  }

  #takeFrame() {
    if (this.#inBytes.length < 3) return
    const size = this.#inBytes.readUIntBE(0, 3)
    if (this.#inBytes.length < 3 + size) return
    const frame = this.#inBytes.subarray(3, 3 + size)
    this.#inBytes = this.#inBytes.subarray(3 + size)
    return frame
  }

  #handle(frame) {
    if (this.#stage === 'hello') return this.#answerHello(frame)
    if (this.#stage === 'finish') return this.#finish(frame)
    const plain = aesDecryptGCM(frame, this.#read, iv(this.#readCounter++), NO_AAD)
    const node = decodeBinaryNode(plain)
    this.#tail = this.#tail.then(async () => this.onNode(await node))
  }

  #answerHello(frame) {
    const { clientHello } = proto.HandshakeMessage.decode(frame)
    const { serverStatic, certChain } = this.certificates
    const state = this.#state
    this.clientEphemeral = clientHello.ephemeral
    state.mixHash(clientHello.ephemeral)
    state.mixHash(this.#ephemeral.public)
    state.mixKey(Curve.sharedKey(this.#ephemeral.private, clientHello.ephemeral)) // ee
    const encStatic = state.encrypt(serverStatic.public)
    state.mixKey(Curve.sharedKey(serverStatic.private, clientHello.ephemeral)) // es
    const payload = state.encrypt(certChain)
    this.#stage = 'finish'
    this.#sendFrame(
      proto.HandshakeMessage.encode({
        serverHello: { ephemeral: this.#ephemeral.public, static: encStatic, payload }
      }).finish()
    )
  }

  #finish(frame) {
    const { clientFinish } = proto.HandshakeMessage.decode(frame)
    const state = this.#state
    const clientStatic = state.decrypt(clientFinish.static)
    state.mixKey(Curve.sharedKey(this.#ephemeral.private, clientStatic)) // se
    const payload = proto.ClientPayload.decode(state.decrypt(clientFinish.payload))
    ;[this.#read, this.#write] = state.expand(NO_AAD)
    this.#stage = 'transport'
    this.clientStatic = clientStatic
    this.onClientPayload(payload, clientStatic)
  }

  #sendFrame(bytes) {
    const head = Buffer.alloc(3)
    head.writeUIntBE(bytes.length, 0, 3)
    this.send(Buffer.concat([head, bytes]))
  }

  /** The bytes of one encrypted frame; the counter advances, so every result must be sent, in this order. */
  seal(node, { compress = false } = {}) {
    let plain = encodeBinaryNode(node)
    if (compress) {
      plain = Buffer.concat([Buffer.from([2]), deflateSync(plain.subarray(1))])
      this.onCompressed?.()
    }
    const cipher = aesEncryptGCM(plain, this.#write, iv(this.#writeCounter++), NO_AAD)
    const head = Buffer.alloc(3)
    head.writeUIntBE(cipher.length, 0, 3)
    return Buffer.concat([head, cipher])
  }

  sendNode(node, options) {
    this.send(this.seal(node, options))
  }
}
