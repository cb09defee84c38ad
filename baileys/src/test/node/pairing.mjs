// How a client becomes a device: a QR code that the phone scans, or eight characters that its owner types.
import {
  aesDecryptCTR, aesDecryptGCM, aesEncryptCTR, Curve, derivePairingCodeKey, generateSignalPubKey, getBinaryNodeChild,
  getBinaryNodeChildBuffer, hkdf, jidDecode, S_WHATSAPP_NET
} from 'baileys'
import { randomBytes } from 'node:crypto'
import { Device } from './accounts.mjs'
import { parseQr } from './phone.mjs'
import { el, now } from './stanza.mjs'
import { verify } from './verify.mjs'

export const checkSignedPreKey = (identity, value, signature) => {
  if (!verify(identity, generateSignalPubKey(Buffer.from(value)), signature)) throw new Error('bad signed pre-key')
}

export class Pairing {
  #refs = new Map()
  #links = new Map()
  #serial = 1
  references = 6

  constructor(server) {
    this.server = server
  }

  /** References, of which the client makes one QR code after the other. */
  offer(connection) {
    const refs = Array.from({ length: this.references }, () => `2@${randomBytes(48).toString('base64')}`)
    for (const ref of refs) this.#refs.set(ref, connection)
    connection.iq({ type: 'set' }, [el('pair-device', { xmlns: 'md' }, refs.map(ref => el('ref', {}, Buffer.from(ref))))])
  }

  /** The phone scans a QR code. Resolves with the new device once the client has signed and been told to restart. */
  async scan(phone, qr, options) {
    const fields = parseQr(qr)
    const connection = this.#refs.get(fields.ref)
    if (!connection) throw new Error('unknown or spent ref')
    if (!fields.noiseKey.equals(connection.staticKey)) throw new Error('the QR noise key is not the handshake static key')
    return this.#pair(phone, connection, fields, options)
  }

  async #pair(phone, connection, { identityKey, advSecret, noiseKey }, { platform = 'android', bizName, deviceId, forge } = {}) {
    const { devicePairingData: offered } = connection.payload
    if (!Buffer.from(offered.eIdent).equals(identityKey)) throw new Error('the identity key is not the registered one')
    checkSignedPreKey(identityKey, offered.eSkeyVal, offered.eSkeySig)
    const account = this.server.directory.account(phone.pn)
    const id = deviceId ?? Math.max(...account.devices.keys(), account.lastDevice ?? 0) + 1
    const skey = { id: offered.eSkeyId, value: offered.eSkeyVal, signature: offered.eSkeySig }
    const bundle = { registration: offered.eRegid, identity: identityKey, skey, keys: [] }
    const device = new Device(account, id, { noiseKey, bundle })
    const { bytes, details } = phone.endorse({ identityKey, advSecret, keyIndex: device.keyIndex, forge })
    const answer = await connection.iq({ type: 'set' }, [
      el('pair-success', {}, [
        el('device-identity', {}, bytes),
        ...(bizName ? [el('biz', { name: bizName })] : []),
        el('device', { jid: device.pnJid, lid: device.lidJid }),
        el('platform', { name: platform })
      ])
    ])
    const reply = getBinaryNodeChildBuffer(getBinaryNodeChild(answer, 'pair-device-sign'), 'device-identity')
    if (!phone.accepts({ details, identityKey, reply })) throw new Error('the companion signed badly')
    account.devices.set(id, device)
    account.lastDevice = id
    connection.streamError('515')
    return device
  }

  /** The server's side of linking by code: it keeps the hello for the phone and hands it the finish. */
  link(connection, node) {
    const { stage, jid } = node.attrs
    const { user } = jidDecode(jid)
    if (stage === 'companion_hello') {
      const ref = randomBytes(16)
      const wrapped = getBinaryNodeChildBuffer(node, 'link_code_pairing_wrapped_companion_ephemeral_pub')
      this.#links.set(user, { connection, ref, wrapped })
      setImmediate(() => this.server.emit('link-code', user))
      return [el('link_code_companion_reg', { stage }, [el('link_code_pairing_ref', {}, ref)])]
    }
    const link = this.#links.get(user)
    setImmediate(() => link.finish(getBinaryNodeChildBuffer(node, 'link_code_pairing_wrapped_key_bundle')))
    return []
  }

  /** Whether a client has asked to be linked to this number by a code. */
  asked(user) {
    return this.#links.has(user)
  }

  /** The phone's owner types the eight characters. */
  async enterCode(phone, code) {
    const link = this.#links.get(phone.pn)
    const unwrap = async bytes =>
      aesDecryptCTR(bytes.subarray(48, 80), await derivePairingCodeKey(code, bytes.subarray(0, 32)), bytes.subarray(32, 48))
    const companionEphemeral = await unwrap(link.wrapped)
    const ephemeral = Curve.generateKeyPair()
    const salt = randomBytes(32)
    const iv = randomBytes(16)
    const wrapped = Buffer.concat([salt, iv, aesEncryptCTR(ephemeral.public, await derivePairingCodeKey(code, salt), iv)])
    const { public: identity, private: identityPrivate } = phone.creds.signedIdentityKey
    const finished = new Promise(resolve => (link.finish = resolve))
    const attrs = { from: S_WHATSAPP_NET, id: `n${this.#serial++}`, type: 'link_code_companion_reg', t: now() }
    link.connection.send(el('notification', attrs, [
      el('link_code_companion_reg', { stage: 'primary_hello' }, [
        el('link_code_pairing_ref', {}, link.ref),
        el('primary_identity_pub', {}, identity),
        el('link_code_pairing_wrapped_primary_ephemeral_pub', {}, wrapped)
      ])
    ]))
    const bundle = await finished
    const shared = Curve.sharedKey(ephemeral.private, companionEphemeral)
    const bundleKey = hkdf(shared, 32, { salt: bundle.subarray(0, 32), info: 'link_code_pairing_key_bundle_encryption_key' })
    const plain = aesDecryptGCM(bundle.subarray(44), Buffer.from(bundleKey), bundle.subarray(32, 44), Buffer.alloc(0))
    const identityKey = plain.subarray(0, 32)
    const secret = Buffer.concat([shared, Curve.sharedKey(identityPrivate, identityKey), plain.subarray(64, 96)])
    const advSecret = Buffer.from(hkdf(secret, 32, { info: 'adv_secret' }))
    return this.#pair(phone, link.connection, { identityKey, advSecret, noiseKey: link.connection.staticKey })
  }
}
