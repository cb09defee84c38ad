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

/** For how long a key is kept after Baileys has it: the state that it opens is fetched then. */
const GRACE_MILLIS = 10_000

/** For how long a good end waits for what it would be a pity to do again. */
const SETTLE_MILLIS = 3000

/** After which pause the JVM is asked again whether the history has it, which waits for a while itself. */
const ASK_AGAIN_MILLIS = 1000

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

/** Does with a message what Baileys does with one that was decrypted. */
export const beginAgain = sock => async message => {
  await sock.messageMutex.mutex(() => sock.upsertMessage(message, 'append'))
  // Not when Baileys would: what is handed over is safe from the next kill.
  sock.ev.flush()
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
  /** What the JVM took over and the history may not have. */
  #taken = new Set()
  #removing
  #isEnded = false

  /**
   * @param keys has `get` and `set`, outside of any transaction
   * @param stored asks the JVM whether the history has all that was taken over; waits for it for a while
   * @param trouble tells the JVM of what is not kept
   */
  constructor(keys, { stored, trouble }) {
    Object.assign(this, { keys, stored, trouble })
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

  /** That of the same message, a free one, or that of the key that was finished first. */
  #slotFor(id) {
    const first = wanted => SLOTS.find(slot => wanted(this.#works.get(slot)))
    return first(work => work?.id === id) ?? first(work => !work) ?? [...this.#works].find(([, { isFinished }]) => isFinished)?.[0]
  }

  /** What is to be stored with the ratchet that read a ciphertext: keys of ours by type, or undefined. */
  async recordOf(ciphertext, plaintext) {
    const attrs = this.#stanzas.get(ciphertext)
    if (!attrs) return undefined
    const bytes = B.unpadRandomMax16(plaintext)
    const work = workOf(decoded(bytes))
    if (!work) return undefined
    if (bytes.length > MOST_BYTES) return this.#unkept(`it has ${bytes.length} bytes`)
    await this.#load()
    const slot = this.#slotFor(attrs.id)
    if (!slot) return this.#unkept(`${SLOTS.length} others wait already`)
    const record = { id: attrs.id, from: attrs.from, t: attrs.t, message: Buffer.from(bytes), tries: 1 }
    this.#works.delete(slot)
    this.#works.set(slot, { ...work, id: attrs.id })
    return { [TYPE]: { [slot]: record } }
  }

  #unkept(why) {
    this.trouble(`something that the phone sends only once is lost should this end before it was worked on: ${why}`)
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

  /** The JVM took the events up to this one over, which is not to have them stored. */
  taken(upTo) {
    this.#each('history', (slot, work) => {
      if (!(work.number <= upTo) || work.isTaken) return
      work.isTaken = true
      this.#taken.add({ slot, work })
    })
    if (this.#taken.size) this.#removing ??= this.#removeStored().finally(() => (this.#removing = undefined))
  }

  /**
   * One question for all that was taken over before it. A history that does not have it is asked again. A question that fails is the end
   * of the link: what it was about stays for the next.
   */
  async #removeStored() {
    while (this.#taken.size && !this.#isEnded) {
      const asked = [...this.#taken]
      const isStored = await this.stored().catch(() => undefined)
      if (isStored === undefined) return
      if (isStored) {
        for (const one of asked) this.#taken.delete(one)
        await this.#remove(asked.filter(({ slot, work }) => this.#works.get(slot) === work).map(({ slot }) => slot))
      } else await new Promise(resolve => this.#after(ASK_AGAIN_MILLIS, resolve))
    }
  }

  #each(kind, action) {
    for (const [slot, work] of this.#works) if (work.kind === kind) action(slot, work)
  }

  #finishLater(slot, work) {
    if (work.isFinished) return
    work.isFinished = true
    // Unless another has taken its place.
    this.#after(GRACE_MILLIS, () => this.#works.get(slot) === work && this.#remove([slot]))
  }

  /** Later, unless it ends before. */
  #after(millis, action) {
    const timer = setTimeout(() => {
      this.#timers.delete(timer)
      action()
    }, millis)
    timer.unref()
    this.#timers.add(timer)
  }

  /** Removes what was finished, as the end of the link is a good one; a store that hangs is not waited for. */
  async settle() {
    let timer
    const late = new Promise(resolve => (timer = setTimeout(resolve, SETTLE_MILLIS)))
    const finished = [...this.#works].filter(([, { isFinished }]) => isFinished).map(([slot]) => slot)
    await Promise.race([late, Promise.all([this.#remove(finished), this.#removing])])
    clearTimeout(timer)
  }

  async #remove(slots) {
    if (!slots.length) return
    for (const slot of slots) this.#works.delete(slot)
    // A commit that fails ends the link, which says why; what was not removed is worked on once more.
    await this.keys.set({ [TYPE]: Object.fromEntries(slots.map(slot => [slot, null])) }).catch(() => {})
  }

  end() {
    this.#isEnded = true
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
    if (given.length) this.trouble(`${given.length} messages of the phone could not be worked on and are given up after ${MOST_TRIES} times`)
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
