// What the phone sends to this device alone and only once: pieces of its history, and keys of the state that all devices share. Baileys
// confirms such a message to the server as soon as it is decrypted, and works on it then, for as long as fetching a piece of history takes.
// Cut off in between, by a kill or a connection that breaks, it would be lost for good. So the message is stored in the same commit as
// the ratchet that read it, until what comes of it was handed over, and the next connection does it again. Doing it twice changes nothing.
import { B } from './engine.mjs'
import { complain } from './quiet.mjs'

const TYPE = 'pawl-unfinished'

/** So many at once, each in a record of its own: records are looked for by name. */
const SLOTS = Array.from({ length: 64 }, (_, i) => String(i))

/** What is larger is not kept: backends have limits, and the ratchet must be stored in any case. */
const MOST_BYTES = 256 * 1024

/** For how long it is kept after it was handed over: the JVM stores it behind our back. */
const GRACE_MILLIS = 10_000

/** How often it is begun, should the work on it end the process each time. */
const MOST_TRIES = 20

/** What of a message is to be finished, or undefined. */
const workOf = ({ protocolMessage }) => {
  const { appStateSyncKeyShare, historySyncNotification } = protocolMessage ?? {}
  if (appStateSyncKeyShare) return { kind: 'keys' }
  // The whole history is what Baileys leaves alone.
  if (historySyncNotification && historySyncNotification.syncType !== B.proto.HistorySync.HistorySyncType.FULL) {
    return { kind: 'history', chunk: chunkOf(historySyncNotification) }
  }
}

const decoded = bytes => {
  const message = B.proto.Message.decode(bytes)
  return message.deviceSentMessage?.message ?? message
}

/** Answers to requests of ours have one number all; the request tells them apart. */
const chunkOf = ({ syncType, chunkOrder, peerDataRequestSessionId }) =>
  `${syncType ?? 0}/${chunkOrder ?? 0}/${peerDataRequestSessionId ?? ''}`

export class Unfinished {
  #stanzas = new WeakMap()
  #works = new Map()
  #loading
  #timers = new Set()

  /** @param keys has `get` and `set`, outside of any transaction */
  constructor(keys) {
    this.keys = keys
  }

  /** A stanza came, with ciphertexts in it. */
  arrived({ attrs, content }) {
    if (attrs.category !== 'peer') return
    for (const child of Array.isArray(content) ? content : []) {
      if (child.tag === 'enc' && child.content instanceof Uint8Array) this.#stanzas.set(child.content, attrs)
    }
  }

  /** Finds what an earlier connection left, once, before anything is put beside it. */
  #load() {
    this.#loading ??= this.keys.get(TYPE, SLOTS).then(found => {
      for (const [slot, record] of Object.entries(found)) if (record) this.#works.set(slot, { kind: 'left', id: record.id, record })
    })
    return this.#loading
  }

  /** That of the same message, a free one, or that of what was finished first. */
  #slotFor(id) {
    const first = wanted => SLOTS.find(slot => wanted(this.#works.get(slot)))
    return first(work => work?.id === id) ?? first(work => !work) ?? [...this.#works].find(([, { isFinished }]) => isFinished)?.[0]
  }

  /** What is to be stored with the ratchet that read a ciphertext: keys of ours by type, or undefined. */
  async recordOf(ciphertext, plaintext) {
    const attrs = this.#stanzas.get(ciphertext)
    if (!attrs || plaintext.length > MOST_BYTES) return undefined
    const bytes = B.unpadRandomMax16(plaintext)
    const work = workOf(decoded(bytes))
    if (!work) return undefined
    await this.#load()
    const slot = this.#slotFor(attrs.id)
    if (!slot) return undefined
    const record = { id: attrs.id, from: attrs.from, t: attrs.t, message: Buffer.from(bytes), tries: 1 }
    this.#works.delete(slot)
    this.#works.set(slot, { ...work, id: attrs.id })
    return { [TYPE]: { [slot]: record } }
  }

  /** Baileys has done its part of something; of history the event still has to be handed over. */
  said(event, data) {
    // All credentials are told when the server names another way to it, also while keys wait for their turn.
    if (event === 'creds.update' && data.myAppStateKeyId && !data.noiseKey) this.#each('keys', (slot, work) => this.#finishLater(slot, work))
    if (event !== 'messaging-history.set') return
    this.#each('history', (slot, work) => work.chunk === chunkOf(data) && (work.isDone = true))
  }

  /** The event of history was handed over under this number, with all that was done until then. */
  handedOver(event, number) {
    if (event === 'messaging-history.set') this.#each('history', (slot, work) => work.isDone && (work.number ??= number))
  }

  /** The JVM took the events up to this one over. */
  taken(upTo) {
    this.#each('history', (slot, work) => work.number <= upTo && this.#finishLater(slot, work))
  }

  #each(kind, action) {
    for (const [slot, work] of this.#works) if (work.kind === kind) action(slot, work)
  }

  #finishLater(slot, work) {
    if (work.isFinished) return
    work.isFinished = true
    const timer = setTimeout(() => {
      this.#timers.delete(timer)
      // Unless another has taken its place.
      if (this.#works.get(slot) === work) this.#remove([slot])
    }, GRACE_MILLIS)
    timer.unref()
    this.#timers.add(timer)
  }

  /** Removes what was finished: the end of the link is a good one, after which the JVM stores all that it took. */
  async settle() {
    await this.#remove([...this.#works].filter(([, { isFinished }]) => isFinished).map(([slot]) => slot))
  }

  async #remove(slots) {
    if (!slots.length) return
    for (const slot of slots) this.#works.delete(slot)
    // A commit that fails ends the link, which says why; what was not removed is worked on once more.
    await this.keys.set({ [TYPE]: Object.fromEntries(slots.map(slot => [slot, null])) }).catch(() => {})
  }

  end() {
    for (const timer of this.#timers) clearTimeout(timer)
  }

  /**
   * Begins again what an earlier connection left, as if it came now.
   *
   * @param me whose phone it came from
   * @param upsert does with a message what Baileys does with one that was decrypted
   */
  async resume(me, upsert) {
    await this.#load()
    const left = [...this.#works].filter(([, { kind }]) => kind === 'left').map(([slot, { record }]) => [slot, record])
    const [again, given] = [left.filter(([, { tries }]) => tries < MOST_TRIES), left.filter(([, { tries }]) => tries >= MOST_TRIES)]
    if (given.length) complain('warn', `${given.length} messages of the phone could not be worked on`)
    await this.#remove(given.map(([slot]) => slot))
    if (!again.length) return
    for (const [slot, record] of again.sort(([, a], [, b]) => a.t - b.t)) {
      const { id, from, t, message: bytes, tries } = record
      if (this.#works.get(slot)?.record !== record) continue // it has come again meanwhile
      const message = decoded(bytes)
      this.#works.set(slot, { ...workOf(message), id })
      await this.keys.set({ [TYPE]: { [slot]: { ...record, tries: tries + 1 } } })
      const key = { remoteJid: B.jidNormalizedUser(from ?? me), fromMe: true, id, participant: '' }
      // A piece of history that is no longer to be had is no reason to leave what came after it.
      await upsert({ key, category: 'peer', messageTimestamp: +t, message, status: 2, broadcast: false }).catch(error =>
        complain('warn', `not resumed: ${error.message}`)
      )
    }
  }
}
