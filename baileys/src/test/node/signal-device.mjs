// A simulated device with a real Signal identity: the peers and the phone of the tests.
// It speaks to the stand-in through three calls the server gives it (`wire`): bundleOf(jid), devicesOf(users), route(stanza).
import {
  addTransactionCapability,
  encodeBigEndian,
  encodeWAMessage,
  extractE2ESessionFromRetryReceipt,
  generateMessageIDV2,
  generateSignalPubKey,
  getBinaryNodeChild,
  getBinaryNodeChildren,
  getNextPreKeys,
  initAuthCreds,
  jidEncode,
  proto,
  unpadRandomMax16
} from 'baileys'
import { makeLibSignalRepository } from 'baileys/lib/Signal/libsignal.js'
import { now } from './stanza.mjs'

const silent = { level: 'silent', child: () => silent, trace() {}, debug() {}, info() {}, warn() {}, error() {} }

const memoryKeyStore = () => {
  const tables = {}
  return {
    get: async (type, ids) => Object.fromEntries(ids.map(id => [id, tables[type]?.[id]])),
    set: async data => {
      for (const type in data) {
        const table = (tables[type] ??= {})
        for (const [id, value] of Object.entries(data[type])) value === null ? delete table[id] : (table[id] = value)
      }
    }
  }
}

/** What a server keeps of a device: raw wire bytes. `keys` is consumed one per bundle request, and may run out. */
export const bundleNodes = (bundle, preKey) => [
  { tag: 'registration', attrs: {}, content: bundle.registration },
  { tag: 'type', attrs: {}, content: Buffer.from([5]) },
  { tag: 'identity', attrs: {}, content: bundle.identity },
  {
    tag: 'skey',
    attrs: {},
    content: ['id', 'value', 'signature'].map(tag => ({ tag, attrs: {}, content: bundle.skey[tag] }))
  },
  ...(preKey ? [{ tag: 'key', attrs: {}, content: ['id', 'value'].map(tag => ({ tag, attrs: {}, content: preKey[tag] })) }] : [])
]

const uint = bytes => Buffer.from(bytes).readUIntBE(0, bytes.length)

const sessionFrom = (bundle, preKey) => ({
  registrationId: uint(bundle.registration),
  identityKey: generateSignalPubKey(Buffer.from(bundle.identity)),
  signedPreKey: {
    keyId: uint(bundle.skey.id),
    publicKey: generateSignalPubKey(Buffer.from(bundle.skey.value)),
    signature: Buffer.from(bundle.skey.signature)
  },
  ...(preKey && { preKey: { keyId: uint(preKey.id), publicKey: generateSignalPubKey(Buffer.from(preKey.value)) } })
})

export class SignalDevice {
  inbox = [] // every decrypted message: { id, from, message, stanza, type }
  receipts = [] // every receipt that reached this device
  sent = new Map() // id -> { to, message } for retries
  failures = []
  asksForRetry = true
  #waiters = new Set()

  constructor({ pn, lid, device = 0, name }) {
    Object.assign(this, { pn, lid, device, name })
    this.pnJid = jidEncode(pn, 's.whatsapp.net', device)
    this.lidJid = jidEncode(lid, 'lid', device)
    this.creds = initAuthCreds()
    this.creds.me = { id: this.pnJid, lid: this.lidJid, name }
    this.keys = addTransactionCapability(memoryKeyStore(), silent, { maxCommitRetries: 1, delayBetweenTriesMs: 0 })
    this.repository = makeLibSignalRepository({ creds: this.creds, keys: this.keys }, silent, async () => [])
  }

  async publish(oneTimeKeys = 30) {
    const { update, preKeys } = await getNextPreKeys({ creds: this.creds, keys: this.keys }, oneTimeKeys)
    Object.assign(this.creds, update)
    const { signedPreKey, signedIdentityKey, registrationId } = this.creds
    return {
      registration: encodeBigEndian(registrationId),
      identity: signedIdentityKey.public,
      skey: { id: encodeBigEndian(signedPreKey.keyId, 3), value: signedPreKey.keyPair.public, signature: signedPreKey.signature },
      keys: Object.entries(preKeys).map(([id, pair]) => ({ id: encodeBigEndian(+id, 3), value: pair.public }))
    }
  }

  async #encrypt(jid, message, attrs = {}) {
    if (!(await this.repository.validateSession(jid)).exists) {
      const { bundle, preKey } = this.wire.bundleOf(jid)
      await this.repository.injectE2ESession({ jid, session: sessionFrom(bundle, preKey) })
    }
    const { type, ciphertext } = await this.repository.encryptMessage({ jid, data: encodeWAMessage(message) })
    return { tag: 'enc', attrs: { v: '2', type, ...attrs }, content: ciphertext }
  }

  /** Forget the session with a device: the next message is a pkmsg again. */
  async forget(jid) {
    await this.repository.deleteSession([jid])
  }

  /**
   * Sends to every device of one user (one stanza per device, as the server delivers it).
   * `addressing` chooses which of our two names the recipient sees; `toDevice` narrows to one device.
   */
  async send(toUser, message, { id = generateMessageIDV2(this.pnJid), addressing = 'lid', attrs = {}, toDevice, encAttrs, mangle } = {}) {
    this.sent.set(id, { toUser, message, addressing, attrs })
    const from = addressing === 'lid'
      ? { from: this.lidJid, sender_pn: jidEncode(this.pn, 's.whatsapp.net'), addressing_mode: 'lid' }
      : { from: this.pnJid, sender_lid: jidEncode(this.lid, 'lid') }
    for (const device of this.wire.devicesOf(toUser)) {
      if (device.lidJid === this.lidJid || (toDevice !== undefined && device.id !== toDevice)) continue
      const enc = await this.#encrypt(device.lidJid, message, encAttrs)
      if (mangle) enc.content = mangle(enc.content)
      await this.wire.route(device, {
        tag: 'message',
        attrs: { ...from, id, t: now(), type: 'text', ...(this.name && { notify: this.name }), ...attrs },
        content: [enc]
      })
    }
    return id
  }

  #senderKeySeen = new Set()

  /** Who left must not read what comes: the next message in this group has a new key, which those who are in it get. */
  async renewSenderKey({ jid }) {
    const name = `${jid}::${this.lid}_1::${this.device}`
    await this.keys.set({ 'sender-key': { [name]: null } })
    for (const mark of this.#senderKeySeen) if (mark.startsWith(jid)) this.#senderKeySeen.delete(mark)
  }

  /** Whoever sent something in this group is not understood by us any more, until they say their key again. */
  async forgetSenderKey({ jid }, { account, id }) {
    await this.keys.set({ 'sender-key': { [`${jid}::${account.lid}_1::${id}`]: null } })
  }

  async #encryptForGroup({ jid: group }, message) {
    const data = encodeWAMessage(message)
    const { ciphertext, senderKeyDistributionMessage: bytes } = await this.repository.encryptGroupMessage({ group, meId: this.lidJid, data })
    return { ciphertext, introduction: { senderKeyDistributionMessage: { groupId: group, axolotlSenderKeyDistributionMessage: bytes } } }
  }

  #inGroup({ jid: from }, id, content, attrs) {
    const sender = { participant: this.lidJid, participant_pn: jidEncode(this.pn, 's.whatsapp.net'), addressing_mode: 'lid', notify: this.name ?? '' }
    return { tag: 'message', attrs: { from, ...sender, id, t: now(), type: 'text', ...attrs }, content }
  }

  /** `mangle` damages what one device gets. */
  async sendGroup(group, message, { id = generateMessageIDV2(this.pnJid), attrs = {}, mangle = (device, bytes) => bytes } = {}) {
    this.sent.set(id, { group, message })
    const { ciphertext, introduction } = await this.#encryptForGroup(group, message)
    const seen = this.#senderKeySeen
    for (const device of group.members.flatMap(member => [...member.devices.values()])) {
      if (device.lidJid === this.lidJid) continue
      const content = [{ tag: 'enc', attrs: { v: '2', type: 'skmsg' }, content: mangle(device, ciphertext) }]
      const mark = group.jid + device.lidJid
      if (!seen.has(mark)) {
        content.unshift(await this.#encrypt(device.lidJid, introduction))
        seen.add(mark)
      }
      await this.wire.route(device, this.#inGroup(group, id, content, attrs))
    }
    return id
  }

  /** The server's side calls this for everything addressed to the device, one at a time. */
  #tail = Promise.resolve()
  receive(stanza, sender) {
    this.#tail = this.#tail.then(() => this.#receive(stanza, sender)).catch(error => {
      this.failures.push({ error, stanza })
      this.onFailure?.(error, stanza)
    }).then(() => {
      for (const waiter of this.#waiters) waiter()
    })
    return this.#tail
  }

  async #receive(stanza, sender) {
    if (stanza.tag === 'receipt') {
      this.receipts.push(stanza)
      if (stanza.attrs.type === 'retry') await this.#resend(stanza, sender)
    } else if (stanza.tag === 'message') {
      try {
        await this.#decrypt(stanza, sender)
      } catch (error) {
        if (this.asksForRetry) await this.askAgain(stanza, sender)
        throw error
      }
      await this.wire.route(sender, {
        tag: 'receipt',
        attrs: {
          id: stanza.attrs.id,
          from: stanza.attrs.participant ? stanza.attrs.from : this.pnJid,
          ...(stanza.attrs.participant && { participant: this.lidJid }),
          // What our own phone confirms is a copy of what another device of ours sent to somebody, or in a group.
          ...(sender.account.pn === this.pn && { type: stanza.attrs.category === 'peer' ? 'peer_msg' : 'sender' }),
          ...(stanza.attrs.recipient && { recipient: stanza.attrs.recipient }),
          t: now()
        }
      })
    }
  }

  async #decrypt(stanza, sender) {
    const message = {}
    const types = []
    for (const { attrs, content } of getBinaryNodeChildren(stanza, 'enc')) {
      types.push(attrs.type)
      const plain = attrs.type === 'skmsg'
        ? await this.repository.decryptGroupMessage({ group: stanza.attrs.from, authorJid: sender.lidJid, msg: content })
        : await this.repository.decryptMessage({ jid: sender.lidJid, type: attrs.type, ciphertext: content })
      const part = proto.Message.decode(unpadRandomMax16(plain))
      if (part.senderKeyDistributionMessage) {
        await this.repository.processSenderKeyDistributionMessage({ authorJid: sender.lidJid, item: part.senderKeyDistributionMessage })
      }
      Object.assign(message, part)
    }
    this.inbox.push({ id: stanza.attrs.id, from: sender.lidJid, message, type: types.join('+'), stanza })
  }

  /**
   * What a phone does with a message it cannot read: a retry receipt with a fresh key bundle. Real ones leave that out of the first
   * (`withoutKeys`), and may ask by their number.
   */
  #asked = new Map()
  async askAgain(stanza, sender, { withoutKeys = false, byNumber = false } = {}) {
    const { id, from, t, participant } = stanza.attrs
    const count = (this.#asked.get(id) ?? 0) + 1
    if (count > 5) return
    this.#asked.set(id, count)
    const bundle = await this.publish(1)
    const [registration, ...keys] = bundleNodes(bundle, bundle.keys.at(-1))
    const own = byNumber ? this.pnJid : this.lidJid
    await this.wire.route(sender, {
      tag: 'receipt',
      attrs: { id, from: participant ? from : own, ...(participant && { participant: own }), type: 'retry', t: now() },
      content: [
        { tag: 'retry', attrs: { count: String(count), id, t, v: '1' } },
        registration,
        ...(withoutKeys ? [] : [{ tag: 'keys', attrs: {}, content: keys }])
      ]
    })
  }

  async #resend(receipt, sender) {
    const original = this.sent.get(receipt.attrs.id)
    if (!original) return
    const session = extractE2ESessionFromRetryReceipt(receipt)
    if (session) await this.repository.injectE2ESession({ jid: sender.lidJid, session })
    else await this.forget(sender.lidJid)
    const { count } = getBinaryNodeChild(receipt, 'retry').attrs
    if (original.group) return this.#resendInGroup(original, receipt.attrs.id, sender, count)
    await this.send(original.toUser, original.message, {
      ...original,
      id: receipt.attrs.id,
      toDevice: sender.id,
      encAttrs: { count }
    })
  }

  /** To one device alone, and with the key for what comes. */
  async #resendInGroup({ group, message }, id, device, count) {
    const { introduction } = await this.#encryptForGroup(group, message)
    const content = [await this.#encrypt(device.lidJid, { ...message, ...introduction }, { count })]
    await this.wire.route(device, this.#inGroup(group, id, content))
  }

  /** Resolves once `predicate(this)` is truthy, re-evaluated after every stanza. */
  until(predicate, timeoutMs = 10_000, label = 'device') {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => finish(reject, new Error(`timed out waiting on ${label}`)), timeoutMs)
      const finish = (settle, value) => {
        clearTimeout(timer)
        this.#waiters.delete(check)
        settle(value)
      }
      const check = () => {
        const value = predicate(this)
        if (value) finish(resolve, value)
      }
      this.#waiters.add(check)
      check()
    })
  }
}

