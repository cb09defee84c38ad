// When a new session with somebody is begun. Baileys does it at the first message to them after each start, again whenever it has not asked
// for their devices for five minutes, and two or three times for each message that they ask for again. Of the old ones libsignal keeps
// forty: what they wrote on others, and still waits for us, cannot be read any more.
//
// None at all would be worse: a store that went back to an older state (another server of it took over, a copy was restored) has us write
// with positions of the ratchet that were used, which phones take for what they have already, and say nothing. Only a new session heals that.
import { B, signal } from './engine.mjs'
import { complain } from './quiet.mjs'

const SessionRecord = signal('libsignal/src/session_record.js')

const DAY_MILLIS = 24 * 60 * 60 * 1000
/** So many sessions may have been closed within a day when a start begins another: most of the forty are for what still waits. */
const MOST_CLOSED = 8
/** From then on a start begins another all the same: in a day at most 24 more, or what a store that went back has us write stays unread. */
const OLD_MILLIS = 60 * 60 * 1000
const MOST_NAMES = 4096

/** What stands for the session where none is open. */
const NONE = ''

export class Renewals {
  /** By address: the session that was open when somebody was looked at for the first time. It may be older than what they have. */
  #found = new Map()
  /** By name of who asked for a message again: the session that they could not read, as soon as it is known. */
  #asked = new Map()

  /** A receipt is worked on; whoever asks for a message again cannot read what we write on the session that we have. */
  heard({ attrs: { type, from, participant } }) {
    if (type === 'retry') put(this.#asked, nameOf(participant ?? from), undefined)
  }

  /**
   * Whether what the server, or they themselves, said of somebody begins a new session: there is none, or not with the same phone, or it
   * is of no use, or may be. Whether one was begun is seen by what is stored: it may have been undone, or never came about.
   */
  async isNeeded({ jid, session }, { jidToSignalProtocolAddress, lidMapping }, keys) {
    const isLid = B.isLidUser(jid)
    if (!isLid && !this.#asked.size) return true
    const other = isLid ? await lidMapping.getPNForLID(jid) : await lidMapping.getLIDForPN(jid)
    const asking = [jid, other].filter(Boolean).map(nameOf).filter(name => this.#asked.has(name))
    const lid = isLid ? jid : other
    // By their number they are asked for only where they have no other name, or themselves said what to begin with.
    if (!lid || (!isLid && !asking.length)) return true
    const address = jidToSignalProtocolAddress(lid)
    const { [address]: stored } = await keys.get('session', [address])
    const record = recordOf(stored)
    if (stored && !record) complain('warn', `the sessions of ${address} cannot be read, and a new one is begun`)
    const open = record?.getOpenSession()
    const key = open?.indexInfo.baseKey.toString('base64') ?? NONE
    const isUnreadable = asking.filter(name => this.#isUnreadable(name, key)).length > 0
    const isFound = this.#isFound(address, key)
    if (!open || isUnreadable || open.registrationId !== session.registrationId) return true
    if (!open.indexInfo.remoteIdentityKey.equals(session.identityKey)) return true
    return isFound && (closedOf(record) < MOST_CLOSED || open.indexInfo.created < Date.now() - OLD_MILLIS)
  }

  /** Whether it is the session that they could not read. */
  #isUnreadable(name, key) {
    const unreadable = this.#asked.get(name) ?? key
    if (unreadable === key) this.#asked.set(name, key)
    else this.#asked.delete(name)
    return unreadable === key
  }

  /** Whether it was there before this connection. */
  #isFound(address, key) {
    if (!this.#found.has(address)) put(this.#found, address, key)
    return this.#found.get(address) === key
  }
}

/** What cannot be read counts as nothing, as it does where it is used. */
export const recordOf = stored => {
  try {
    return stored && SessionRecord.deserialize(stored)
  } catch {
    return undefined
  }
}

/** How many sessions were closed within a day. */
const closedOf = record => {
  const since = Date.now() - DAY_MILLIS
  return record.getSessions().filter(({ indexInfo: { closed } }) => closed > since).length
}

const nameOf = jid => `${B.jidNormalizedUser(jid)}/${B.jidDecode(jid)?.device ?? 0}`

const put = (map, name, value) => {
  map.set(name, value)
  if (map.size > MOST_NAMES) map.delete(map.keys().next().value)
}
