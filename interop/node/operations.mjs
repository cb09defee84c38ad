// What the peer can be asked to do. Bytes travel as base64, stored values as the BufferJSON text Baileys would write.

import { readdir } from 'node:fs/promises'
import { randomBytes } from 'node:crypto'
import { Account, B, base64, bufferText, bufferValue, bytes, curve, own, proto, version } from './baileys.mjs'
import { Hammer } from './hammer.mjs'

const accounts = new Map()
const hammers = new Map()
let hammerCount = 0

const account = ({ handle }) => {
  const found = accounts.get(handle)
  if (!found) throw new Error(`no account is open as ${JSON.stringify(handle)}`)
  return found
}

const hammer = ({ hammer: name }) => {
  const found = hammers.get(name)
  if (!found) throw new Error(`no hammer ${JSON.stringify(name)}`)
  return found
}

const register = async ({ handle, directory, cached }) => {
  accounts.get(handle)?.close()
  const opened = await Account.open(directory, { cached })
  accounts.set(handle, opened)
  return opened
}

const about = ({ creds }) => ({ paired: Boolean(creds.me && creds.account), me: creds.me?.id ?? null, registrationId: creds.registrationId ?? null })

/** `files` is the store below, one `set` is one `set`; `keys` adds the transaction layer; `transaction` runs inside a transaction. */
const write = (target, updates, through) => {
  if (through === 'files') return target.files.set(updates)
  if (through === 'transaction') return target.keys.transaction(() => target.keys.set(updates), target.creds.me?.id ?? 'write')
  return target.keys.set(updates)
}

const read = (target, type, ids, through) => {
  if (through === 'files') return target.files.get(type, ids)
  if (through === 'transaction') return target.keys.transaction(() => target.keys.get(type, ids), target.creds.me?.id ?? 'read')
  return target.keys.get(type, ids)
}

const wireBundle = bundle => ({
  registrationId: bundle.registrationId,
  identityKey: base64(bundle.identityKey),
  signedPreKey: { keyId: bundle.signedPreKey.keyId, publicKey: base64(bundle.signedPreKey.publicKey), signature: base64(bundle.signedPreKey.signature) },
  preKey: bundle.preKey ? { keyId: bundle.preKey.keyId, publicKey: base64(bundle.preKey.publicKey) } : null
})

const memoryBundle = bundle => ({
  registrationId: bundle.registrationId,
  identityKey: bytes(bundle.identityKey),
  signedPreKey: { keyId: bundle.signedPreKey.keyId, publicKey: bytes(bundle.signedPreKey.publicKey), signature: bytes(bundle.signedPreKey.signature) },
  preKey: bundle.preKey ? { keyId: bundle.preKey.keyId, publicKey: bytes(bundle.preKey.publicKey) } : undefined
})

/** What a revived value is, in JSON that keeps bytes and objects apart: bytes as {"$buffer": hex}, objects as {"$obj": …}. */
const describe = value => {
  if (value instanceof Uint8Array) return { $buffer: Buffer.from(value).toString('hex') }
  if (Array.isArray(value)) return value.map(describe)
  if (value && typeof value === 'object') {
    const members = {}
    for (const name of Object.keys(value)) own(members, name, describe(value[name]))
    return { $obj: members }
  }
  return value
}

const each = (texts, work) =>
  texts.map(text => {
    try {
      return { value: work(text) }
    } catch (error) {
      return { error: `${error.name}: ${error.message}` }
    }
  })

/** Applies `{set: [path…], value: text}` and `{delete: [path…]}` steps to a value, as a program that loaded it would. */
const change = (value, steps, parse) => {
  for (const step of steps) {
    const path = step.set ?? step.delete
    const owner = path.slice(0, -1).reduce((at, name) => at[name], value)
    const last = path.at(-1)
    if (step.delete) delete owner[last]
    else if (last === '__proto__') own(owner, last, parse(step.value))
    else owner[last] = parse(step.value)
  }
  return value
}

const stateOf = state => ({ version: state.version, hash: base64(state.hash), entries: Object.keys(state.indexValueMap).length })

export const operations = {
  hello: () => ({ node: process.version, baileys: version, pid: process.pid }),

  // -- directories
  open: async request => about(await register(request)),
  reload: async request => {
    await account(request).reload()
    return about(account(request))
  },
  close: ({ handle }) => {
    accounts.get(handle)?.close()
    return accounts.delete(handle)
  },
  initCreds: async request => {
    const names = await readdir(request.directory).catch(() => [])
    if (names.includes('creds.json')) throw new Error('the directory has credentials')
    const created = await register(request)
    await created.saveCreds()
    return about(created)
  },
  pair: async request => {
    await account(request).pair(request)
    return about(account(request))
  },
  saveAll: request => {
    const target = account(request)
    return target.saveAll(request.through === 'files' ? target.files : target.keys)
  },

  // -- credentials and keys
  creds: request => bufferText(account(request).creds),
  updateCreds: async request => {
    await account(request).update(bufferValue(request.patch))
    return bufferText(account(request).creds)
  },
  saveCreds: request => account(request).saveCreds(),
  stallInSaveCreds: request => account(request).stallInSaveCreds(request.millis),
  get: async request => {
    const values = await read(account(request), request.type, request.ids, request.through)
    return request.ids.map(id => {
      const value = Object.hasOwn(values, id) ? values[id] : null
      return { id, value: value === null || value === undefined ? null : bufferText(value) }
    })
  },
  set: async request => {
    const updates = {}
    for (const { type, id, value } of request.entries) {
      if (!Object.hasOwn(updates, type)) own(updates, type, {})
      own(updates[type], id, value === null ? null : bufferValue(value))
    }
    await write(account(request), updates, request.through)
  },
  preKeys: request => account(request).mintPreKeys(request.count),
  rotateSignedPreKey: async request => {
    await account(request).rotateSignedPreKey()
    return account(request).creds.signedPreKey.keyId
  },

  // -- Signal sessions
  bundle: async request => wireBundle(await account(request).bundle(request.preKeyId ?? undefined)),
  injectSession: ({ jid, bundle, ...request }) => account(request).repository.injectE2ESession({ jid, session: memoryBundle(bundle) }),
  encrypt: async request => {
    const message = await account(request).encrypt(request.jid, request.text)
    return { type: message.type, ciphertext: base64(message.ciphertext) }
  },
  decrypt: request => account(request).decrypt(request.jid, { type: request.type, ciphertext: bytes(request.ciphertext) }),
  validateSession: request => account(request).repository.validateSession(request.jid),
  deleteSession: request => account(request).repository.deleteSession(request.jids),
  migrateSession: request => account(request).repository.migrateSession(request.from, request.to),
  storeLidMappings: request => account(request).repository.lidMapping.storeLIDPNMappings(request.pairs),
  lidFor: request => account(request).repository.lidMapping.getLIDForPN(request.jid),
  phoneNumberFor: request => account(request).repository.lidMapping.getPNForLID(request.jid),

  // -- groups
  groupEncrypt: async request => {
    const message = await account(request).encryptGroup(request.group, request.meId, request.text)
    return { ciphertext: base64(message.ciphertext), distribution: base64(message.senderKeyDistributionMessage) }
  },
  processSenderKeyDistribution: request => account(request).processDistribution(request.group, request.authorJid, bytes(request.distribution)),
  groupDecrypt: request => account(request).decryptGroup(request.group, request.authorJid, bytes(request.ciphertext)),

  // -- app state
  shareAppStateKey: async request => {
    await account(request).shareAppStateKey(request.keyId, { keyData: request.keyData ? bytes(request.keyData) : randomBytes(32) })
  },
  appStatePatch: async request => {
    const { jid, keyId, collection, timestamp, save } = request
    const vector = request.vector && bytes(request.vector)
    const modification = bufferValue(request.modification)
    const made = await account(request).patchAppState(modification, jid, { keyId: keyId ?? undefined, collection, timestamp, vector, save })
    const { record } = made.patch.mutations[0]
    return {
      collection: made.collection,
      ...stateOf(made.state),
      indexMac: base64(record.index.blob),
      valueMac: base64(record.value.blob.subarray(-32)),
      snapshotMac: base64(made.patch.snapshotMac),
      patchMac: base64(made.patch.patchMac),
      patch: base64(proto.SyncdPatch.encode({ ...made.patch, version: { version: made.state.version } }).finish())
    }
  },
  appStateDecode: async ({ collection, patch, save, ...request }) => {
    const decoded = await account(request).applyAppState(collection, proto.SyncdPatch.decode(bytes(patch)), { save })
    return { collection, ...stateOf(decoded.state), indexes: Object.keys(decoded.mutationMap) }
  },

  // -- curve: libsignal's own answer. (Baileys' Curve.verify says yes to every well-formed signature.)
  verify: request => curve.verifySignature(B.generateSignalPubKey(bytes(request.publicKey)), bytes(request.message), bytes(request.signature)),
  verifySignedPreKey: request => {
    const signed = B.generateSignalPubKey(bytes(request.preKey))
    return curve.verifySignature(B.generateSignalPubKey(bytes(request.identityKey)), signed, bytes(request.signature))
  },
  sign: request => base64(curve.calculateSignature(bytes(request.privateKey), bytes(request.message))),
  agree: request => base64(curve.calculateAgreement(B.generateSignalPubKey(bytes(request.publicKey)), bytes(request.privateKey))),
  generateKeyPair: () => {
    const pair = B.Curve.generateKeyPair()
    return { privateKey: base64(pair.private), publicKey: base64(pair.public) }
  },

  // -- JSON, many texts at a time
  json: ({ texts }) => each(texts, text => JSON.stringify(JSON.parse(text))),
  bufferJson: ({ texts }) => each(texts, text => bufferText(bufferValue(text))),
  bufferJsonParse: ({ texts }) => each(texts, text => JSON.stringify(describe(bufferValue(text)))),
  change: ({ text, steps, plain }) =>
    plain ? JSON.stringify(change(JSON.parse(text), steps, JSON.parse)) : bufferText(change(bufferValue(text), steps, bufferValue)),

  // -- a writer beside the others
  hammer: async request => {
    const opened = await Account.open(request.directory)
    const name = `hammer-${++hammerCount}`
    hammers.set(name, new Hammer(opened, request))
    return name
  },
  hammerStatus: request => hammer(request).status(),
  hammerStop: async request => {
    const status = await hammer(request).stop()
    hammers.delete(request.hammer)
    return status
  }
}
