// When a new session with somebody is begun. Baileys does it at the first message to them after each start, again whenever it has not asked
// for their devices for five minutes, and two or three times for each message that they ask for again. Of the old ones libsignal keeps
// forty: what they wrote on others, and still waits for us, cannot be read any more.
import { B, signal } from './engine.mjs'

const SessionRecord = signal('libsignal/src/session_record.js')

export class Renewals {
  #asked = new Set()

  /** A receipt is worked on; whoever asks for a message again cannot read what we write on the session that we have. */
  heard({ attrs: { type, from, participant } }) {
    if (type === 'retry') this.#asked.add(B.jidNormalizedUser(participant ?? from) + deviceOf(participant ?? from))
  }

  /** Whether what the server said of somebody begins a new session: there is none, or not with the same phone, or it is of no use. */
  async isNeeded({ jid, session }, { jidToSignalProtocolAddress, lidMapping }, keys) {
    // By their number they are asked for only where they have no other name, or themselves said what to begin with.
    if (!B.isLidUser(jid)) return true
    if (await this.#hasAsked(jid, lidMapping)) return true
    const address = jidToSignalProtocolAddress(jid)
    const { [address]: record } = await keys.get('session', [address])
    const open = record && SessionRecord.deserialize(record).getOpenSession()
    return !open || open.registrationId !== session.registrationId || !open.indexInfo.remoteIdentityKey.equals(session.identityKey)
  }

  async #hasAsked(jid, lidMapping) {
    const names = [jid, await lidMapping.getPNForLID(jid)].filter(Boolean).map(name => B.jidNormalizedUser(name) + deviceOf(name))
    return names.filter(name => this.#asked.delete(name)).length > 0
  }
}

const deviceOf = jid => `/${B.jidDecode(jid)?.device ?? 0}`
