// What was decrypted and has not come as far as the history. Baileys stores the ratchet of a message, confirms the message to the server,
// and hands it over last: who is killed in between has lost it. So what a message said is stored in the same commit as the ratchet that
// read it, until the history has it, and the next connection, wherever it is, hands it over. Nothing is removed for that while messages
// come: records are written over, and each says up to which one all are through.
import { B } from './engine.mjs'
import { complain } from './quiet.mjs'
import { ofMessage } from './received.mjs'

const TYPE = 'pawl-received'

/** The record that says how many others there may be: they are looked for by name. */
const SIZE = 'size'
const FIRST_SIZE = 64
const MOST = 4096

/** So many are read at once: together they may be large. */
const READ_TOGETHER = 64

/** What is larger is not kept: the ratchet must be stored in any case. */
const MOST_BYTES = 64 * 1024

/** What Baileys has not told for as long, it never will. */
const UNTOLD_MILLIS = 60_000

/** When for so long nothing came, what is left of records is removed, so many in one commit. */
const REST_MILLIS = 10_000
const TOGETHER = 100

/** For how long a good end waits for the history, and for the store. */
const SETTLE_MILLIS = 2000

/** How often it is handed over again, should that end the process each time. */
const MOST_TRIES = 20

/** After how many times by itself. */
const TRIES_TOGETHER = 3

/** How much is written over in one commit, and what a record takes beside its text. */
const TOGETHER_BYTES = 128 * 1024
const RECORD_BYTES = 512

export class Kept {
  /** Stands for this connection. */
  connection = Symbol('connection')
  #stanzas = new WeakMap()
  /** What is not with the history, by the name of its ciphertext, in the order in which it was read. */
  #open = new Map()
  /** Places whose records are through: written over first, or removed at rest. */
  #stale = []
  /** Places without a record. */
  #free = []
  #size = 0
  #next = 0
  #last = 0
  #taken = 0
  #latest = 0
  #loading
  #resting
  #removing
  #isFull = false
  #isResumed = false
  #isEnded = false

  /**
   * @param keys has `get` and `set`, outside of any transaction
   * @param received is told what an earlier process has read
   * @param stored asks the JVM whether the history has all that was taken over; waits for it for a while
   * @param trouble tells the JVM of what is not kept
   */
  constructor(keys, received, { stored, trouble }) {
    Object.assign(this, { keys, received, stored, trouble })
  }

  /** A stanza came, with ciphertexts in it. */
  arrived({ attrs, content }) {
    for (const child of Array.isArray(content) ? content : []) {
      if (child.tag === 'enc' && child.content instanceof Uint8Array) this.#stanzas.set(child.content, { attrs, enc: child.attrs })
    }
  }

  /** Finds what was left, once, before anything is decrypted. */
  load() {
    this.#loading ??= this.#load()
    return this.#loading
  }

  async #load() {
    const { [SIZE]: size } = await this.keys.get(TYPE, [SIZE])
    if (!size) return
    this.#size = this.#next = Math.min(size.most, MOST)
    const names = Array.from({ length: this.#size }, (_, slot) => String(slot))
    const found = []
    for (let from = 0; from < names.length; from += READ_TOGETHER) {
      found.push(...Object.entries(await this.keys.get(TYPE, names.slice(from, from + READ_TOGETHER))))
    }
    const done = Math.max(0, ...found.map(([, record]) => record?.done ?? 0))
    const left = found.filter(([, record]) => record?.seq > done).sort(([, a], [, b]) => a.seq - b.seq)
    this.#last = Math.max(done, ...left.map(([, { seq }]) => seq))
    const used = new Set(left.map(([slot]) => slot))
    this.#stale = found.filter(([slot, record]) => record && !used.has(slot)).map(([slot]) => slot)
    const there = new Set([...used, ...this.#stale])
    this.#free = names.filter(slot => !there.has(slot))
    for (const [slot, record] of left) {
      this.#open.set(record.name, { slot, seq: record.seq, attrs: record.attrs, at: performance.now(), record })
      this.received.restore(record.name, record.attrs, record.plaintext)
    }
  }

  /** What is to be stored with the ratchet that read a ciphertext: keys of ours by type, or undefined. */
  recordOf(ciphertext, name, plaintext) {
    const stanza = this.#stanzas.get(ciphertext)
    if (!stanza || this.#open.has(name)) return undefined
    if (plaintext.length > MOST_BYTES) return this.#unkept(`it has ${plaintext.length} bytes`)
    const now = (this.#latest = performance.now())
    this.#giveUp(now)
    const slot = this.#stale.shift() ?? this.#free.shift() ?? (this.#next < MOST ? String(this.#next++) : undefined)
    const isFull = slot === undefined
    // Said once until there is room again.
    if (isFull && !this.#isFull) this.#unkept(`${MOST} others wait already`)
    this.#isFull = isFull
    if (isFull) return undefined
    const seq = ++this.#last
    this.#open.set(name, { slot, seq, attrs: stanza.attrs, at: now })
    const records = { [slot]: { seq, done: this.#through(), name, ...stanza, plaintext: Buffer.from(plaintext) } }
    if (this.#next > this.#size) records[SIZE] = { most: (this.#size = Math.min(MOST, Math.max(FIRST_SIZE, 2 * this.#size))) }
    return { [TYPE]: records }
  }

  #unkept(why) {
    this.trouble(`a message that was received is lost should this end before the history has it: ${why}`)
  }

  /** Up to which one all are with the history. */
  #through() {
    const [first] = this.#open.values()
    return first.seq - 1
  }

  #giveUp(now) {
    for (const [name, one] of this.#open) {
      // What an earlier connection left waits for its turn, however long the server takes to say that all has come.
      if (one.record) continue
      if (one.number !== undefined || now - one.at < UNTOLD_MILLIS) return
      this.#finish(name, one)
    }
  }

  #finish(name, { slot, record }) {
    this.#open.delete(name)
    if (record) this.received.release(name)
    this.#stale.push(slot)
  }

  /** A message is handed over under this number. */
  said(key, number) {
    for (const [, one] of ofMessage(this.#open, key)) one.number ??= number
  }

  /** The JVM took the events up to this one over, and the history has what those up to that say. */
  taken(upTo, stored) {
    this.#taken = upTo
    for (const [name, one] of this.#open) if (one.number <= stored) this.#finish(name, one)
    this.#restLater()
  }

  #restLater() {
    if (this.#resting || this.#isEnded || !this.#stale.length) return
    this.#resting = setTimeout(() => {
      this.#resting = undefined
      // While messages come, records are written over.
      if (performance.now() - this.#latest < REST_MILLIS) this.#restLater()
      else this.#remove()
    }, REST_MILLIS)
    this.#resting.unref()
  }

  /** Of what the JVM took over: it may be on its way to the history still. One that cannot say leaves it to the next connection. */
  async #finishStored(taken) {
    if (!taken.length || !(await this.stored().catch(() => false))) return
    for (const [name, one] of taken) if (this.#open.get(name) === one) this.#finish(name, one)
    this.#restLater()
  }

  /** The end of the link is a good one: nothing is left for the next but what the history does not have. */
  settle() {
    return within(SETTLE_MILLIS, this.#settle())
  }

  async #settle() {
    const taken = [...this.#open].filter(([, { number }]) => number <= this.#taken)
    await Promise.all([this.#remove(), this.#finishStored(taken)])
    await this.#remove()
  }

  #remove() {
    this.#removing ??= this.#removeStale().finally(() => (this.#removing = undefined))
    return this.#removing
  }

  async #removeStale() {
    while (this.#stale.length && !this.#isEnded) {
      const slots = this.#stale.splice(0, TOGETHER)
      // A commit that fails ends the link, which says why; what was not removed is looked for in the history.
      await this.keys.set({ [TYPE]: Object.fromEntries(slots.map(slot => [slot, null])) }).catch(() => {})
      this.#free.push(...slots)
    }
    if (!this.#size || this.#open.size || this.#stale.length || this.#isEnded) return
    this.#size = this.#next = 0
    this.#free = []
    await this.keys.set({ [TYPE]: { [SIZE]: null } }).catch(() => {})
  }

  end() {
    this.#isEnded = true
    clearTimeout(this.#resting)
  }

  /**
   * Hands over what an earlier connection did not, and the server did not deliver again.
   *
   * @param sock that of Baileys
   * @param isKnown whether the history has a message
   */
  async resume(sock, isKnown) {
    if (this.#isResumed) return
    this.#isResumed = true
    await this.load()
    const stanzas = new Map()
    const taken = []
    let given = 0
    for (const [name, one] of this.#open) {
      if (!this.#isLeft(name, one)) continue
      const { attrs, tries = 0 } = one.record
      if (this.received.isDone(name)) {
        taken.push([name, one])
        continue
      }
      if (tries >= MOST_TRIES) {
        given++
        this.#finish(name, one)
        continue
      }
      const place = [attrs.from, attrs.id, attrs.participant].join(' ')
      stanzas.set(place, [...(stanzas.get(place) ?? []), [name, one]])
    }
    if (given) this.trouble(`${given} messages that were received could not be handed over and are given up after ${MOST_TRIES} times`)
    for (const batch of batchesOf([...stanzas.values()])) {
      await this.#again(sock, batch, isKnown)
      sock.ev.flush()
    }
    // Nobody waits for a history that is slow.
    this.#finishStored(taken)
  }

  /** Whether an earlier connection left it, and it was not dealt with since. */
  #isLeft(name, one) {
    return this.#open.get(name) === one && one.record && one.number === undefined
  }

  async #again(sock, stanzas, isKnown) {
    const messages = new Map()
    for (const parts of stanzas) {
      const message = await messageOf(sock, parts.map(([, { record }]) => record)).catch(notHandedOver)
      if (message && (!says(message) || (await isKnown(message.key)))) {
        for (const [name, one] of parts) if (this.#isLeft(name, one)) this.#finish(name, one)
      } else messages.set(parts, message)
    }
    // What was delivered again meanwhile may be through, and another have its place.
    const left = [...messages].filter(([parts]) => parts.every(part => this.#isLeft(...part)))
    if (!left.length) return
    await this.#countTry(left.flatMap(([parts]) => parts.map(([, one]) => one)))
    for (const [parts, message] of left) {
      if (message && this.#claim(parts)) {
        const upsert = () => sock.upsertMessage(message, 'append')
        await sock.messageMutex.mutex(upsert).catch(notHandedOver)
      }
    }
  }

  async #countTry(entries) {
    for (const one of entries) one.record = { ...one.record, tries: (one.record.tries ?? 0) + 1 }
    await this.keys.set({ [TYPE]: Object.fromEntries(entries.map(({ slot, record }) => [slot, record])) })
  }

  /** It may be delivered again at this moment: one of both is told. Either all parts of a message are claimed, or none. */
  #claim(parts) {
    if (!parts.every(([name]) => this.received.mayClaim(name, this.connection))) return false
    for (const [name, { attrs, record }] of parts) {
      this.received.restore(name, attrs, record.plaintext)
      this.received.claim(name, this.connection)
    }
    return true
  }
}

const within = async (millis, work) => {
  let timer
  const late = new Promise(resolve => (timer = setTimeout(resolve, millis)))
  await Promise.race([work, late]).finally(() => clearTimeout(timer))
}

/** What a message brings that is for decrypting others. */
const MEANS = new Set(['senderKeyDistributionMessage', 'messageContextInfo'])

const notHandedOver = error => complain('warn', `not handed over: ${error.message}`)

/** Whether there is something in it to tell. */
const says = ({ message }) => message && Object.keys(message).some(member => !MEANS.has(member))

/**
 * What is asked about, stored and handed over together: backends have limits. What was tried several times goes alone: should it be what
 * ends the process, no others are given up with it.
 */
const batchesOf = stanzas => {
  const batches = []
  let room = 0
  for (const parts of stanzas) {
    const isAlone = parts.some(([, { record }]) => record.tries >= TRIES_TOGETHER)
    if (room <= 0 || isAlone) {
      batches.push([])
      room = TOGETHER_BYTES
    }
    batches.at(-1).push(parts)
    for (const [, { record }] of parts) room -= RECORD_BYTES + record.plaintext.length
    if (isAlone) room = 0
  }
  return batches
}

/** A message as Baileys would have it, of ciphertexts that were decrypted before. */
const messageOf = async ({ signalRepository, authState }, records) => {
  const { id, lid = '' } = authState.creds.me
  const content = records.map(({ enc, plaintext }) => ({ tag: 'enc', attrs: enc, content: Buffer.from(plaintext) }))
  const repository = {
    ...signalRepository,
    decryptMessage: async ({ ciphertext }) => ciphertext,
    decryptGroupMessage: async ({ msg }) => msg,
    // It was, when that was decrypted.
    processSenderKeyDistributionMessage: async () => {}
  }
  const quiet = { error: () => {}, warn: () => {}, info: () => {}, debug: () => {}, trace: () => {} }
  const { fullMessage, decrypt } = B.decryptMessageNode({ tag: 'message', attrs: records[0].attrs, content }, id, lid, repository, quiet)
  await decrypt()
  B.cleanMessage(fullMessage, id, lid)
  return fullMessage
}
