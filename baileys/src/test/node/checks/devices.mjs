// Devices with real sessions, of ours and of others.
import { bridge } from './bridge.mjs'

const { B, makeLibSignalRepository } = await bridge('engine.mjs')
const { repositoryOf } = await bridge('keys.mjs')
const { receivedOf } = await bridge('received.mjs')
const { Renewals } = await bridge('renewals.mjs')

const silent = { level: 'silent', child: () => silent, trace() {}, debug() {}, info() {}, warn() {}, error() {} }

export const memory = (tables = new Map()) => ({
  tables,
  get: async (type, ids) => Object.fromEntries(ids.map(id => [id, tables.get(`${type}/${id}`)])),
  set: async data => {
    for (const type in data) for (const id in data[type]) tables.set(`${type}/${id}`, data[type][id])
  }
})

/** Somebody's device, on these keys: `make` is what makes its repository, and gets all but that. */
export const deviceOf = (creds, keys, make = makeLibSignalRepository) => {
  const inTransactions = B.addTransactionCapability(keys, silent, { maxCommitRetries: 1, delayBetweenTriesMs: 0 })
  return { creds, keys: inTransactions, ...make({ creds, keys: inTransactions }, silent, async () => []) }
}

/** Ours, with all that puts right what Baileys does with sessions. */
export const ours = (creds, keys, store = { writeThrough: async () => {} }) => deviceOf(creds, keys, repositoryOf({
  make: makeLibSignalRepository, store, oneLock: true, received: receivedOf(), renewals: new Renewals(), ownStored: async () => {}, isSending: () => false
}))

/** What the server says of a device whenever it is asked. */
export const bundleOf = async ({ creds, keys }) => {
  const { update, preKeys } = await B.getNextPreKeys({ creds, keys }, 1)
  Object.assign(creds, update)
  const [[keyId, { public: publicKey }]] = Object.entries(preKeys)
  const { keyPair, keyId: signedId, signature } = creds.signedPreKey
  return {
    registrationId: creds.registrationId,
    identityKey: B.generateSignalPubKey(creds.signedIdentityKey.public),
    signedPreKey: { keyId: signedId, publicKey: B.generateSignalPubKey(keyPair.public), signature },
    preKey: { keyId: +keyId, publicKey: B.generateSignalPubKey(publicKey) }
  }
}
