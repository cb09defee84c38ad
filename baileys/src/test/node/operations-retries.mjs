// What can be asked of people about messages that they cannot read, and ask for again.
import { encodeBigEndian, jidEncode } from 'baileys'
import { el, now } from './stanza.mjs'

export const retryOperations = ({ person, device }) => ({
  /** The next so many messages to somebody cannot be read; each is asked for again, as a phone does. */
  unreadable: ({ name, times }) => {
    const { repository } = person(name)
    const { decryptMessage } = repository
    let left = times
    repository.decryptMessage = async args => {
      if (left-- > 0) throw new Error('not to be read')
      repository.decryptMessage = decryptMessage
      return decryptMessage(args)
    }
  },
  /** Somebody asks a device for a message again, without keys of theirs, for which the device has to ask the server. */
  askAgain: ({ name, jid, id, count = 1 }) => {
    const { lid, creds, wire } = person(name)
    const attrs = { id, from: jidEncode(lid, 'lid'), type: 'retry', t: now() }
    const content = [el('retry', { count: String(count), id, t: now(), v: '1' }), el('registration', {}, encodeBigEndian(creds.registrationId))]
    return wire.route(device(jid), el('receipt', attrs, content))
  }
})
