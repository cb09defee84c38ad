// Looks at what one device of a real client does over all of its lives: which pre-keys it announces, who begins a conversation with them,
// which positions of its ratchets it uses, what it confirms and what it refuses. What must never happen is noted as a violation.
import { getBinaryNodeChild, getBinaryNodeChildBuffer, getBinaryNodeChildren } from 'baileys'

/** The fields of a protobuf message: numbers and bytes, by field number. */
const fields = bytes => {
  const found = {}
  let at = 0
  const varint = () => {
    let value = 0
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[at++]
      value += (byte & 127) * 2 ** shift
      if (byte < 128) return value
    }
  }
  while (at < bytes.length) {
    const tag = varint()
    if ((tag & 7) === 0) found[tag >> 3] = varint()
    else if ((tag & 7) === 2) {
      const length = varint()
      found[tag >> 3] = bytes.subarray(at, (at += length))
    } else throw new Error(`a field of type ${tag & 7}`)
  }
  return found
}

const MAC = 8
const SIGNATURE = 64

/** The place in a ratchet that a ciphertext was made at: which chain, and how far down. */
export const positionOf = (type, ciphertext) => {
  if (type === 'skmsg') {
    const { 1: id, 2: iteration = 0 } = fields(ciphertext.subarray(1, -SIGNATURE))
    return { chain: `sender-key ${id}`, at: iteration }
  }
  const whisper = type === 'pkmsg' ? fields(ciphertext.subarray(1))[4] : ciphertext
  const { 1: ephemeral, 2: counter = 0 } = fields(whisper.subarray(1, -MAC))
  return { chain: Buffer.from(ephemeral).toString('base64'), at: counter }
}

/** With which of the recipient's pre-keys a conversation begins, and by which key of the sender; nothing where no one-time key was left. */
export const beginningOf = pkmsg => {
  const { 1: preKey, 2: baseKey } = fields(pkmsg.subarray(1))
  return preKey === undefined ? undefined : { preKey, baseKey: hex(baseKey) }
}

const hex = bytes => Buffer.from(bytes).toString('hex')

export class Watch {
  violations = []
  /** What the client confirmed to have read, and what it refused for good: message id -> milliseconds of the clock. */
  confirmed = new Map()
  refused = new Map()
  /** How often it asked for a message again, by the message's id. */
  asked = new Map()
  counts = { logins: 0, uploaded: 0, announced: 0, handedOut: 0, ciphertexts: 0, retriesAsked: 0, retriesAskedOfIt: 0 }
  #announced = new Map()
  #handedOut = new Map()
  #positions = new Map()
  #chains = new Map()

  constructor(server) {
    this.server = server
    server.on('stanza', (direction, node, { device }) => (direction === 'in' ? this.#came(node, device) : this.#went(node, device)))
    this.#countRetries(server.routing)
  }

  #went(node, device) {
    if (node.tag === 'message') this.#begun(node, device)
    if (node.tag === 'success') this.counts.logins++
    if (node.tag === 'iq' && getBinaryNodeChild(node, 'pair-device')) this.violations.push('a client came that wanted to be paired')
  }

  #came(node, device) {
    if (!device) return
    if (node.tag === 'iq' && node.attrs.xmlns === 'encrypt') this.#uploaded(node, device)
    if (node.tag === 'receipt') this.#receipt(node, device)
    if (node.tag === 'ack' && node.attrs.class === 'message' && node.attrs.error) this.refused.set(node.attrs.id, Date.now())
    if (node.tag === 'message') this.#message(node, device)
  }

  #uploaded(iq, device) {
    for (const key of getBinaryNodeChildren(getBinaryNodeChild(iq, 'list'), 'key')) {
      this.counts.uploaded++
      this.#announce(key, device, 'to the server')
    }
  }

  #receipt(node, device) {
    if (node.attrs.type === 'retry') {
      this.counts.retriesAsked++
      this.asked.set(node.attrs.id, (this.asked.get(node.attrs.id) ?? 0) + 1)
      const key = getBinaryNodeChild(getBinaryNodeChild(node, 'keys'), 'key')
      if (key) this.#announce(key, device, `to ${node.attrs.to}`)
      return
    }
    const ids = [node.attrs.id, ...getBinaryNodeChildren(getBinaryNodeChild(node, 'list'), 'item').map(item => item.attrs.id)]
    for (const id of ids) if (!this.confirmed.has(id)) this.confirmed.set(id, Date.now())
  }

  /** Whoever is told of a one-time key uses it, so each is told once. */
  #announce(key, device, where) {
    const id = `${device.pnJid} ${parseInt(hex(getBinaryNodeChildBuffer(key, 'id')), 16)}`
    const value = hex(getBinaryNodeChildBuffer(key, 'value'))
    const before = this.#announced.get(id)
    if (before) {
      const which = before.value === value ? 'the same key' : 'another key'
      this.violations.push(`pre-key ${id} was announced ${before.where} and again ${where}: ${which}`)
    }
    this.#announced.set(id, { value, where })
    this.counts.announced++
  }

  /** A one-time key begins one conversation: the messages that come before its first answer all name it, with the same key of the sender. */
  #begun({ attrs, content }, device) {
    for (const enc of content.filter(({ tag, attrs: { type } }) => tag === 'enc' && type === 'pkmsg')) {
      const begin = beginningOf(enc.content)
      if (!begin) continue
      const id = `${device.pnJid} ${begin.preKey}`
      const before = this.#handedOut.get(id)
      if (!before) this.counts.handedOut++
      else if (before.baseKey !== begin.baseKey) this.violations.push(`pre-key ${id} begins a conversation in ${before.id} and another in ${attrs.id}`)
      this.#handedOut.set(id, before ?? { baseKey: begin.baseKey, id: attrs.id })
    }
  }

  #message(node, device) {
    const { to, id } = node.attrs
    const shared = getBinaryNodeChildren(node, 'enc').map(enc => [to, enc])
    const own = getBinaryNodeChildren(getBinaryNodeChild(node, 'participants'), 'to')
      .flatMap(({ attrs, content }) => content.map(enc => [attrs.jid, enc]))
    for (const [recipient, { attrs, content }] of [...shared, ...own]) {
      if (!['msg', 'pkmsg', 'skmsg'].includes(attrs.type)) continue
      this.counts.ciphertexts++
      const { chain, at } = positionOf(attrs.type, content)
      this.#position(`${device.pnJid} to ${recipient}, ${chain}`, at, id, hex(content))
    }
  }

  /** A key of a message is used once, and a chain goes forward only. */
  #position(chain, at, id, content) {
    const place = `${chain} ${at}`
    const before = this.#positions.get(place)
    if (before && before.content !== content) this.violations.push(`${place} was used for ${before.id} and again for ${id}`)
    const last = this.#chains.get(chain) ?? -1
    if (!before && at < last) this.violations.push(`${chain} went back from ${last} to ${at} with ${id}`)
    this.#positions.set(place, { id, content })
    this.#chains.set(chain, Math.max(last, at))
  }

  #countRetries(routing) {
    const deliver = routing.deliver.bind(routing)
    routing.deliver = (device, stanza, sender) => {
      if (!device.actor && stanza.attrs.type === 'retry') this.counts.retriesAskedOfIt++
      return deliver(device, stanza, sender)
    }
  }
}
