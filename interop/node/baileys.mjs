// The published Baileys package, prepared for tests, and `Account`: one authentication directory opened the way a socket opens it.

import crypto from 'node:crypto'
import { AsyncLocalStorage } from 'node:async_hooks'
import { createHmac } from 'node:crypto'
import { statSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { createRequire, syncBuiltinESMExports } from 'node:module'
import { join } from 'node:path'
import { setImmediate as turn } from 'node:timers/promises'

// libsignal prints whole sessions, private keys included, through the console; standard output belongs to the protocol.
for (const method of ['log', 'info', 'warn', 'error', 'debug', 'trace', 'dir']) console[method] = () => {}

// A seam for tests that compare ciphertexts: inside `withInitialisationVector` the 16 random bytes of AES-CBC are the given ones.
const fixedVector = new AsyncLocalStorage()
const randomBytes = crypto.randomBytes
crypto.randomBytes = (size, callback) => {
  const vector = fixedVector.getStore()
  return vector && size === vector.length && !callback ? Buffer.from(vector) : randomBytes(size, callback)
}
syncBuiltinESMExports()
export const withInitialisationVector = (vector, work) => (vector ? fixedVector.run(vector, work) : work())

export const B = await import('baileys')
export const { makeLibSignalRepository } = await import('baileys/lib/Signal/libsignal.js')
export const { proto, BufferJSON } = B
const require = createRequire(import.meta.url)
export const curve = createRequire(require.resolve('baileys'))('libsignal/src/curve.js')
export const version = createRequire(import.meta.url)('baileys/package.json').version

/** A logger in the shape Baileys wants that keeps warnings and errors, so that what Baileys only logs can be raised. */
export const makeLogger = (sink = []) => {
  const ignore = () => {}
  const keep = (...parts) => void sink.push(parts)
  const logger = { level: 'silent', trace: ignore, debug: ignore, info: ignore, warn: keep, error: keep, fatal: keep, sink }
  logger.child = () => logger
  return logger
}

export const bufferText = value => JSON.stringify(value, BufferJSON.replacer)
export const bufferValue = text => JSON.parse(text, BufferJSON.reviver)
export const base64 = bytes => Buffer.from(bytes).toString('base64')
export const bytes = text => Buffer.from(text, 'base64')

/** `{[name]: value}` that also takes `__proto__` as an ordinary name. */
export const single = (name, value) => own({}, name, value)
export const own = (object, name, value) =>
  Object.defineProperty(object, name, { value, enumerable: true, configurable: true, writable: true })

const KNOWN_TYPES = ['sender-key-memory', 'sender-key', 'app-state-sync-version', 'app-state-sync-key', 'identity-key', 'device-list',
  'lid-mapping', 'tctoken', 'session', 'pre-key']

/** A type and an id under which Baileys reads exactly this file; undefined when it is no record. */
export const recordOf = file => {
  if (!file.endsWith('.json') || file === 'creds.json') return undefined
  const stem = file.slice(0, -'.json'.length)
  const type = KNOWN_TYPES.find(known => stem.startsWith(known + '-')) ?? stem.slice(0, stem.indexOf('-'))
  return type && stem.length > type.length ? { type, id: stem.slice(type.length + 1) } : undefined
}

/** An authentication directory with the layers of a socket: files, optional cache, transactions, Signal repository. */
export class Account {
  constructor(directory, cached) {
    this.directory = directory
    this.cached = cached
    this.logger = makeLogger()
  }

  static async open(directory, { cached = false } = {}) {
    const account = new Account(directory, cached)
    await account.reload()
    return account
  }

  async reload() {
    this.close()
    const { state, saveCreds } = await B.useMultiFileAuthState(this.directory)
    this.creds = state.creds
    this.files = state.keys
    const store = this.cached ? B.makeCacheableSignalKeyStore(state.keys, this.logger) : state.keys
    // The defaults of a socket, but 20 ms between the retries of a failing commit instead of 3 s.
    this.keys = B.addTransactionCapability(store, this.logger, { maxCommitRetries: 10, delayBetweenTriesMs: 20 })
    this.repository = makeLibSignalRepository({ creds: this.creds, keys: this.keys }, this.logger)
    this.saveCreds = saveCreds
  }

  close() {
    this.repository?.close()
  }

  async update(patch) {
    Object.assign(this.creds, patch)
    await this.saveCreds()
  }

  /**
   * Saves the credentials while the event loop stands still between truncating their file and writing it, as it may when a large
   * history is decoded. The moment has to be caught: where it was missed, the same is saved once more.
   */
  async stallInSaveCreds(millis) {
    const file = join(this.directory, 'creds.json')
    const isEmpty = () => statSync(file).size === 0
    for (let attempt = 0; attempt < 100; attempt++) {
      let saving = true
      const saved = this.saveCreds().finally(() => (saving = false))
      for (let looks = 1; saving && !isEmpty(); looks++) if (looks % 50 === 0) await turn()
      const caught = saving
      if (caught) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, millis)
      const stayed = caught && isEmpty()
      await saved
      if (stayed) return
    }
    throw new Error('the file was never seen empty')
  }

  /** What a socket does to upload pre-keys, less the upload. Returns the new ids. */
  async mintPreKeys(count) {
    const { update, preKeys } = await this.keys.transaction(
      () => B.getNextPreKeys({ creds: this.creds, keys: this.keys }, count),
      this.creds.me?.id ?? 'upload-pre-keys'
    )
    await this.update(update)
    return Object.keys(preKeys).map(Number)
  }

  async rotateSignedPreKey() {
    await this.update({ signedPreKey: B.signedKeyPair(this.creds.signedIdentityKey, this.creds.signedPreKey.keyId + 1) })
  }

  /** The public bundle a server would hand out, in the form `injectSession` takes. */
  async bundle(preKeyId) {
    const signed = this.creds.signedPreKey
    const bundle = {
      registrationId: this.creds.registrationId,
      identityKey: B.generateSignalPubKey(this.creds.signedIdentityKey.public),
      signedPreKey: { keyId: signed.keyId, publicKey: B.generateSignalPubKey(signed.keyPair.public), signature: signed.signature }
    }
    if (preKeyId !== undefined) {
      const pair = (await this.keys.get('pre-key', [String(preKeyId)]))[preKeyId]
      if (!pair) throw new Error(`pre-key ${preKeyId} is absent`)
      bundle.preKey = { keyId: preKeyId, publicKey: B.generateSignalPubKey(pair.public) }
    }
    return bundle
  }

  async encrypt(jid, text) {
    return this.repository.encryptMessage({ jid, data: Buffer.from(text) })
  }

  async decrypt(jid, { type, ciphertext }) {
    return Buffer.from(await this.repository.decryptMessage({ jid, type, ciphertext })).toString()
  }

  async encryptGroup(group, meId, text) {
    return this.repository.encryptGroupMessage({ group, meId, data: Buffer.from(text) })
  }

  async processDistribution(group, authorJid, distribution) {
    const item = { groupId: group, axolotlSenderKeyDistributionMessage: distribution }
    await this.repository.processSenderKeyDistributionMessage({ item, authorJid })
  }

  async decryptGroup(group, authorJid, ciphertext) {
    return Buffer.from(await this.repository.decryptGroupMessage({ group, authorJid, msg: ciphertext })).toString()
  }

  /** Baileys' own pairing against a valid, self-made success stanza: the account members end up as after a real QR pairing. */
  async pair({ id, lid, name, platform = 'android', timestamp = 1760000000 }) {
    const primary = B.Curve.generateKeyPair()
    const details = proto.ADVDeviceIdentity.encode({ rawId: 1234567890, timestamp, keyIndex: 3, accountType: 0, deviceType: 0 }).finish()
    const signedBytes = Buffer.concat([Buffer.from([6, 0]), details, this.creds.signedIdentityKey.public])
    const accountSignature = B.Curve.sign(primary.private, signedBytes)
    const identity = proto.ADVSignedDeviceIdentity.encode({ details, accountSignatureKey: primary.public, accountSignature }).finish()
    const hmac = createHmac('sha256', bytes(this.creds.advSecretKey)).update(identity).digest()
    const content = [
      { tag: 'device-identity', attrs: {}, content: proto.ADVSignedDeviceIdentityHMAC.encode({ details: identity, hmac }).finish() },
      { tag: 'platform', attrs: { name: platform } },
      { tag: 'device', attrs: { jid: id, lid } },
      { tag: 'biz', attrs: { name } }
    ]
    const stanza = { tag: 'iq', attrs: { id: '1' }, content: [{ tag: 'pair-success', attrs: {}, content }] }
    const { creds } = B.configureSuccessfulPairing(stanza, this.creds)
    await this.update(creds)
  }

  /** Stores an app-state key as it arrives: decoded from the wire by Baileys' protobuf classes. */
  async shareAppStateKey(keyId, { keyData, rawId = 2840192031, timestamp = 1760000000123 }) {
    const share = { keyId: { keyId: bytes(keyId) }, keyData: { keyData, fingerprint: { rawId, currentIndex: 3, deviceIndexes: [0, 1, 3] }, timestamp } }
    const wire = proto.Message.encode({ protocolMessage: { type: 6, appStateSyncKeyShare: { keys: [share] } } }).finish()
    const [received] = proto.Message.decode(wire).protocolMessage.appStateSyncKeyShare.keys
    await this.keys.transaction(() => this.keys.set({ 'app-state-sync-key': single(keyId, received.keyData) }), this.creds.me?.id ?? 'app-state')
    await this.update({ myAppStateKeyId: keyId })
  }

  async appStateKey(keyId) {
    return (await this.keys.get('app-state-sync-key', [keyId]))[keyId]
  }

  async appStateVersion(collection) {
    const stored = (await this.keys.get('app-state-sync-version', [collection]))[collection]
    return stored ?? { version: 0, hash: Buffer.alloc(128), indexValueMap: {} }
  }

  /** Makes the patch a socket would send for a modification of a chat; `save` keeps the state after it, as the socket does. */
  async patchAppState(modification, jid, { keyId = this.creds.myAppStateKeyId, collection, timestamp, vector, save = false } = {}) {
    const action = B.chatModificationToAppPatch(modification, jid)
    if (collection) action.type = collection
    if (timestamp) action.syncAction.timestamp = timestamp
    const before = await this.appStateVersion(action.type)
    const { patch, state } = await withInitialisationVector(vector, () =>
      B.encodeSyncdPatch(action, keyId, before, id => this.appStateKey(id))
    )
    if (save) await this.saveAppState(action.type, state)
    return { collection: action.type, patch, state }
  }

  /** Applies a patch as a socket does when it arrives, except that a wrong MAC is an error: Baileys only logs it and goes on. */
  async applyAppState(collection, patch, { save = false } = {}) {
    const logger = makeLogger()
    const before = await this.appStateVersion(collection)
    const decoded = await B.decodePatches(collection, [patch], before, id => this.appStateKey(id), {}, undefined, logger, true)
    if (logger.sink.length) throw new Error(logger.sink.map(([fields, text]) => `${text}: ${fields?.error ?? ''}`).join('; '))
    if (save) await this.saveAppState(collection, decoded.state)
    return decoded
  }

  async saveAppState(collection, state) {
    const updates = { 'app-state-sync-version': single(collection, state) }
    await this.keys.transaction(() => this.keys.set(updates), this.creds.me?.id ?? 'app-state')
  }

  /**
   * Loads every record and saves it again. Records that Baileys reads as absent are named and left alone; credentials are saved only
   * where a file of them exists, because Baileys would invent new ones.
   */
  async saveAll(through) {
    const saved = []
    const absent = []
    const files = (await readdir(this.directory)).sort()
    for (const file of files) {
      const record = recordOf(file)
      if (!record) continue
      const values = await through.get(record.type, [record.id])
      const value = Object.hasOwn(values, record.id) ? values[record.id] : null
      if (!value) {
        absent.push(file)
        continue
      }
      await through.set({ [record.type]: single(record.id, value) })
      saved.push(file)
    }
    if (files.includes('creds.json')) await this.saveCreds()
    return { saved, absent }
  }
}
