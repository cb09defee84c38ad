// What Baileys keeps together before it says it: here it is said in time, and of two statuses the one that is further stays.
import { B } from './engine.mjs'

const { Status } = B.proto.WebMessageInfo

/** How far a message of ours may be, each further than the one before: an error comes after it was only sent (rule M20). */
const STATUSES = [Status.PENDING, Status.SERVER_ACK, Status.ERROR, Status.DELIVERY_ACK, Status.READ, Status.PLAYED]

/** For how long at most things are kept together. Baileys means to do so for a tenth of a second. */
const TOGETHER_MILLIS = 1000

/** For how long the first history may take with the state that belongs to it. Baileys keeps nothing for longer. */
const SYNC_MILLIS = 30_000

/** What Baileys keeps; the rest is said at once. */
const KEPT = new Set([
  'messaging-history.set', 'chats.upsert', 'chats.update', 'chats.delete', 'contacts.upsert', 'contacts.update', 'messages.upsert',
  'messages.update', 'messages.delete', 'messages.reaction', 'message-receipt.update', 'groups.update'
])

/** Whether it tells of a piece of history that Baileys works on: it leaves the whole of it alone. */
const isHistory = ({ message }) => {
  const piece = B.getHistoryMsg(message)
  return Boolean(piece) && piece.syncType !== B.proto.HistorySync.HistorySyncType.FULL
}

export class Together {
  /** How far the messages are of which something is kept, by what Baileys knows them by. */
  #reached = new Map()

  /** Whether all that waited for us has come. */
  #isLive = false

  /** Until when the first history is waited for, if a piece of it has come. */
  #syncsUntil = -Infinity

  /** Says what is kept. */
  #timer

  /**
   * Hears what Baileys says before it is kept.
   *
   * @param ev the events of a socket
   * @param isSynced whether the first history has been worked on, with the state that belongs to it
   * @param isEnded whether nothing more is told
   */
  constructor({ ev, isSynced, isEnded }) {
    Object.assign(this, { ev, isSynced, isEnded })
    const emit = ev.emit.bind(ev)
    ev.emit = (event, data) => {
      if (event === 'messages.upsert' || event === 'messaging-history.set') for (const message of data.messages) this.#came(message)
      const isHeard = emit(event, event === 'messages.update' ? data.map(change => this.#risen(change)) : data)
      if (KEPT.has(event)) this.#sayInTime()
      return isHeard
    }
    ev.process(events => {
      if (events['connection.update']?.receivedPendingNotifications) this.#isLive = true
      if (!ev.isBuffering()) this.#said()
    })
  }

  #said() {
    this.#reached.clear()
    clearTimeout(this.#timer)
    this.#timer = undefined
  }

  /**
   * Baileys keeps things for up to 30 s: after a pairing until it has a piece of history, also when that came before, and whenever it
   * once meant to say something that had been said already: it takes itself to be about to say it, until something else comes.
   */
  #sayInTime() {
    if (this.#timer || this.#mustWait) return
    this.#timer = setTimeout(() => {
      this.#timer = undefined
      if (!this.#mustWait && !this.isEnded()) this.ev.flush()
    }, TOGETHER_MILLIS)
  }

  /**
   * What waited for us is one whole. So is the first history with the state that belongs to it: which changes of chats are true Baileys
   * finds out from the messages that it keeps.
   */
  get #mustWait() {
    return !this.#isLive || !this.ev.isBuffering() || (performance.now() < this.#syncsUntil && !this.isSynced())
  }

  #came(message) {
    if (this.#isLive && !this.isSynced() && isHistory(message)) this.#syncsUntil = performance.now() + SYNC_MILLIS
    this.#reaches(message.key, message.status)
  }

  /**
   * Of what is kept together Baileys has the last status stay, not the one that is furthest: two devices that confirm a message of ours
   * at once would make it one that was only sent.
   */
  #risen(change) {
    const { status, messageStubParameters, ...others } = change.update ?? {}
    if (this.#reaches(change.key, status)) return change
    // With an error comes what kind of error it is.
    return { ...change, update: status === Status.ERROR || !messageStubParameters ? others : { ...others, messageStubParameters } }
  }

  /** Notes how far a message is, and tells whether it was no further before. */
  #reaches({ remoteJid, id, fromMe }, status) {
    const place = STATUSES.indexOf(status)
    // When we have read what others wrote, Baileys counts down what is unread.
    if (place < 0 || !fromMe) return true
    const name = `${remoteJid},${id}`
    if (place < (this.#reached.get(name) ?? 0)) return false
    this.#reached.set(name, place)
    return true
  }
}
