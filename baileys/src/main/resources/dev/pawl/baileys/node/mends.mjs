// What the published package does wrong for everybody in the process, put right by changing properties of what it exports.
import { AsyncResource } from 'node:async_hooks'
import { Curve, generateSignalPubKey, signal } from './engine.mjs'
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

/** Switches on what is asked for, once for the process. */
export const mend = ({ verify = true, trials = true, outside = true }) => {
  if (verify) verifySignatures()
  if (trials) putBackSessionsThatDidNotFit()
  if (outside) workInOwnContext()
}
