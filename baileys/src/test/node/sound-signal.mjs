// The phones of people do not have the fault that libsignal-node has: that a message which does not fit a session turns its ratchet all the
// same. Whoever simulates phones with it, and has both sides write at once, would test that fault in place of the client.
import { createRequire } from 'node:module'

const fromBaileys = createRequire(createRequire(import.meta.url).resolve('baileys'))
let isSound = false

/** From now on every simulated device puts a session back that a message did not fit. */
export const makeSound = () => {
  if (isSound) return
  isSound = true
  const cipher = fromBaileys('libsignal/src/session_cipher.js').prototype
  const Entry = fromBaileys('libsignal/src/session_record.js').createEntry().constructor
  const original = cipher.decryptWithSessions
  cipher.decryptWithSessions = async function (data, sessions) {
    let failure = new Error('No sessions available')
    for (const session of sessions) {
      const before = Entry.deserialize(session.serialize())
      try {
        return await original.call(this, data, [session])
      } catch (error) {
        failure = error
        for (const name of Object.keys(session)) delete session[name]
        Object.assign(session, before)
      }
    }
    throw failure
  }
}
