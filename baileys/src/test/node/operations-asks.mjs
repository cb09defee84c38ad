// What can be asked of people who want a message of ours again, though they have read it.
import { text } from './operations.mjs'
import { now } from './stanza.mjs'

const SECONDS_TO_WAIT = 20

export const askOperations = ({ person, device }) => ({
  /** Asks a device for a message, and waits until it has come again; says how it was encrypted. */
  askFor: async ({ name, jid, id, ...how }) => {
    const asking = person(name)
    const read = ({ inbox }) => inbox.filter(message => message.id === id)
    const before = read(asking).length
    await asking.askAgain({ attrs: { id, from: device(jid).lidJid, t: now() } }, device(jid), how)
    const again = await asking.until(p => read(p)[before], SECONDS_TO_WAIT * 1000, name)
    return { type: again.type, text: text(again.message) }
  }
})
