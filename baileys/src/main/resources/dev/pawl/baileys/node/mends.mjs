// What the published package does wrong for everybody in the process, put right by changing properties of what it exports.
import { AsyncResource } from 'node:async_hooks'
import { Curve, generateSignalPubKey, groups, signal } from './engine.mjs'
import { inTurn } from './turns.mjs'

/**
 * A check of signatures that can fail. The published one waits for an exception where libsignal returns false, and so accepts any
 * 64 bytes: certificates of the server and the phone's signature at pairing are not checked at all.
 */
const verifySignatures = () => {
  const { verifySignature } = signal('libsignal/src/curve.js')
  Curve.verify = (key, message, signature) => {
    try {
      return verifySignature(generateSignalPubKey(key), message, signature) === true
    } catch {
      return false
    }
  }
}

/**
 * A message is tried with one session of its sender after the other, and each trial turns that session's ratchet before the
 * authenticity of the message is known. When a later session fits, the turned ones are stored with it, and what is encrypted on them
 * from then on is unreadable. So a session that did not fit is put back.
 */
const putBackSessionsThatDidNotFit = () => {
  const cipher = signal('libsignal/src/session_cipher.js').prototype
  const SessionRecord = signal('libsignal/src/session_record.js')
  const { decryptWithSessions } = cipher
  cipher.decryptWithSessions = async function (data, sessions) {
    if (sessions.length < 2) return decryptWithSessions.call(this, data, sessions)
    let last
    for (const session of sessions) {
      const before = session.serialize()
      try {
        return await decryptWithSessions.call(this, data, [session])
      } catch (error) {
        last = error
        restore(session, before, SessionRecord)
      }
    }
    throw last
  }
}

const restore = (session, before, SessionRecord) => {
  const copy = SessionRecord.createEntry().constructor.deserialize(before)
  for (const name of Object.keys(session)) delete session[name]
  Object.assign(session, copy)
}

/**
 * libsignal does what it has to do with one peer one after the other, for all accounts of the process, and does it in the context of
 * whoever came first: in the transaction of somebody else, or in one of the same account that is over, whose writes go nowhere. Here each
 * account has its own order, see turns.mjs.
 */
const workInOwnContext = () => {
  const cipher = signal('libsignal/src/session_cipher.js').prototype
  cipher.queueJob = function (job) {
    return inTurn(this.storage, this.addr.toString(), job)
  }
  // This one has no method for its queue: it waits there as well, so that its storage is called where it was asked for.
  const builder = signal('libsignal/src/session_builder.js').prototype
  const { initOutgoing } = builder
  builder.initOutgoing = function (device) {
    const { storage } = this
    const inContext = AsyncResource.bind(call => call())
    this.storage = new Proxy(storage, { get: (target, name) => (...args) => inContext(() => target[name](...args)) })
    return inTurn(storage, this.addr.toString(), () => initOutgoing.call(this, device))
  }
}

/**
 * Each message to a group but the first leaves out a position of our sender key, and keeps the key of the one that was left out, up to
 * 2000 of them: for nobody, since nobody reads own messages with it. In the end 430 kB are read, written and forced for each message.
 * The keys that are kept for messages of others that come late are read back as what is no key: those messages cannot be read.
 */
const keepGroupKeysThatAreOfUse = () => {
  const { GroupCipher: { prototype: cipher }, SenderKeyState: { prototype: keys } } = groups
  const { encrypt, getSenderKey } = cipher
  const nextKey = state => {
    state.getStructure().senderMessageKeys = []
    return getSenderKey.call(cipher, state, state.getSenderChainKey().getIteration())
  }
  cipher.encrypt = function (text) {
    return encrypt.call(Object.create(this, { getSenderKey: { value: nextKey } }), text)
  }
  const { removeSenderMessageKey } = keys
  keys.removeSenderMessageKey = function (iteration) {
    const kept = this.getStructure().senderMessageKeys.find(key => key.iteration === iteration)
    if (kept) kept.seed = Buffer.from(kept.seed)
    return removeSenderMessageKey.call(this, iteration)
  }
}

/** Switches on what is asked for, once for the process. */
export const mend = ({ verify = true, trials = true, groupKeys = true, outside = true }) => {
  if (verify) verifySignatures()
  if (groupKeys) keepGroupKeysThatAreOfUse()
  if (trials) putBackSessionsThatDidNotFit()
  if (outside) workInOwnContext()
}
