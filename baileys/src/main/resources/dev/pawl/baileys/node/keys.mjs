// The Signal keys of a session, which lie with the JVM: what Baileys calls a SignalKeyStore.
import { AsyncLocalStorage } from 'node:async_hooks'
import { B, json } from './engine.mjs'
import { Text } from './channel.mjs'
import { mayMigrate, moveBefore, moveBeside } from './migrations.mjs'
import { complain } from './quiet.mjs'
import { Recent } from './recent.mjs'

const revived = (type, value) =>
  type === 'app-state-sync-key' && value ? B.proto.Message.AppStateSyncKeyData.fromObject(value) : value

export class HostKeys {
  /** The newest text of records whose write the JVM has not confirmed yet: reads see it. */
  #under = new Map()
  #recent
  /** What was written through in the middle of a transaction, and will come again when that commits. */
  #through = new Map()
  #waiting = []
  #isEnded = false
  #isFrozen = false
  #isStopped = false
  #busy = 0

  /**
   * @param ask asks the JVM
   * @param remember whether what was read or written lately is not asked for again
   * @param failed is told when a write failed, of which it is not known what became, or a read: Baileys would take that for a message
   *   that cannot be decrypted, and refuse the message to the server
   */
  constructor({ ask, remember, credentials, failed }) {
    Object.assign(this, { credentials, failed })
    this.#recent = new Recent(remember ? undefined : 0)
    this.ask = async (question, members) => {
      this.#busy++
      try {
        return await ask(question, members)
      } finally {
        this.#busy--
      }
    }
  }

  /** Whether the JVM owes no answer. */
  get isIdle() {
    return this.#busy === 0
  }

  end() {
    this.#isEnded = true
  }

  /**
   * The connection is gone: what is still being worked on cannot be confirmed to the server any more, and comes again. Its ratchets stay
   * as they are.
   */
  freeze() {
    this.#isFrozen = true
  }

  /** From now on no message is decrypted: what is decrypted now is to be handed over, and nothing more. */
  stop() {
    this.#isStopped = true
  }

  get isStopped() {
    return this.#isStopped
  }

  /** Whether nothing can be stored any more. */
  get isOver() {
    return this.#isEnded || this.#isFrozen
  }

  #requireLife() {
    if (this.#isEnded) throw new Error('the link has ended')
  }

  async get(type, ids) {
    this.#requireLife()
    const found = {}
    const missing = []
    for (const id of ids) {
      const name = nameOf(type, id)
      const text = this.#under.get(name)?.text ?? this.#recent.get(name)
      if (text === undefined) missing.push(id)
      else found[id] = revived(type, json.parse(text))
    }
    if (missing.length) {
      const values = await this.#read(type, missing)
      for (const id of missing) found[id] = revived(type, values.get(id) ?? null)
    }
    return found
  }

  async #read(type, ids) {
    const remembered = isReadAgain(type) ? ids : []
    const answer = this.#recent.reading(remembered.map(id => nameOf(type, id)))
    try {
      const values = new Map(await this.ask('read', { type, ids }))
      for (const id of remembered) answer.found(nameOf(type, id), json.text(values.get(id) ?? null))
      return values
    } catch (error) {
      this.failed(error)
      throw error
    } finally {
      answer.over()
    }
  }

  /** Several types are one commit. What was written through already, and not changed since, is not written again. */
  async set(data) {
    await this.#write(this.#entries(data).filter(({ name, text }) => {
      const before = this.#through.get(name)
      this.#through.delete(name)
      return before !== text
    }))
  }

  /** Makes records of a running transaction durable now. Those of what runs until nothing is left to run are one commit. */
  writeThrough(data) {
    const entries = this.#entries(data)
    if (!entries.length) return Promise.resolve()
    for (const { name, text } of entries) this.#through.set(name, text)
    return new Promise((resolve, reject) => {
      this.#waiting.push({ entries, resolve, reject })
      if (this.#waiting.length === 1) process.nextTick(() => this.#writeWaiting())
    })
  }

  #writeWaiting() {
    const waiting = this.#waiting
    this.#waiting = []
    const all = new Map(waiting.flatMap(({ entries }) => entries.map(entry => [entry.name, entry])))
    this.#write([...all.values()]).then(
      () => waiting.forEach(({ resolve }) => resolve()),
      error => waiting.forEach(({ reject }) => reject(error))
    )
  }

  /** Credentials that changed, without any key. */
  saveCredentials() {
    // A commit that fails ends the link, which says why.
    this.#write([]).catch(() => {})
  }

  #entries(data) {
    const entries = []
    for (const type in data) {
      for (const id in data[type]) {
        const text = json.text(data[type][id] ?? null)
        entries.push({ name: nameOf(type, id), type, id, text })
      }
    }
    return entries
  }

  #write(entries) {
    const commit = this.#commit(entries)
    if (commit) this.credentials.carriedBy(commit)
    return commit ?? Promise.resolve()
  }

  /** Puts the question on the pipe before it returns, so that commits go in the order of the calls. */
  #commit(entries) {
    if (this.#isEnded || (this.#isFrozen && entries.length)) return Promise.reject(new Error('the link has ended'))
    const creds = this.credentials.take()
    if (!entries.length && !creds) return undefined
    const marks = entries.map(entry => {
      const mark = { text: entry.text }
      this.#under.set(entry.name, mark)
      if (isReadAgain(entry.type)) this.#recent.written(entry.name, entry.text)
      return [entry.name, mark]
    })
    const keys = new Text(`[${entries.map(({ type, id, text }) => `[${JSON.stringify(type)},${JSON.stringify(id)},${text}]`).join(',')}]`)
    return this.ask('write', { keys, creds }).then(
      () => marks.forEach(([name, mark]) => this.#under.get(name) === mark && this.#under.delete(name)),
      error => {
        this.failed(error)
        throw error
      }
    )
  }
}

const nameOf = (type, id) => `${type}\n${id}`

/** Of ours nothing is read a second time. */
const isReadAgain = type => !type.startsWith('pawl-')

/**
 * The Signal repository of Baileys with its writes in the right place and its calls in one order.
 *
 * Baileys hands the stanza to the socket inside the transaction of a send and commits afterwards: killed in between, it uses the same
 * message key twice, and the peer cannot read the second message. With `durable`, what encryption advanced is with the store before
 * the ciphertext is returned, and so are new pre-keys before they are announced. With `oneLock`, everything that touches a session
 * runs in transactions of one name, that of sends: Baileys' own names are those of us and of the peer, and lose updates of each other.
 *
 * `renewals` says when a new session is begun with somebody with whom there is one. With it, none is lost where they are moved, either.
 *
 * `ownStored` gives what resolves when the own message that is being sent is stored: no ciphertext of it is handed on before.
 * `isSending` says whether one is being sent.
 */
export const repositoryOf = ({ make, store, durable, oneLock, received, recalls, duplicates, kept, unfinished, renewals, ownStored, isSending }) => (auth, ...rest) => {
  const touched = new AsyncLocalStorage()
  const { keys } = auth
  const set = keys.set.bind(keys)
  const watched = async data => {
    await set(data)
    const collected = touched.getStore()
    for (const type of ['session', 'sender-key']) if (collected && data[type]) Object.assign((collected[type] ??= {}), data[type])
    if (durable && data['pre-key'] && keys.isInTransaction()) await store.writeThrough({ 'pre-key': withoutDeletions(data['pre-key']) })
  }
  keys.set = watched // the same object that the socket goes on with
  const repository = make(auth, ...rest)
  const lock = () => auth.creds.me?.id || 'pawl'
  const { transaction } = keys
  const inOrder = oneLock ? work => transaction(work, lock()) : work => work()
  if (oneLock) keys.transaction = oneWaiting({ transaction, keys, lock, isSending })
  const through = async work => {
    const collected = {}
    const result = await touched.run(collected, work)
    await Promise.all([store.writeThrough(collected), ownStored()])
    return result
  }
  const wrapped = { ...repository }
  // Not the store: it is remembered for longer than the connection lasts, and would keep all that the store has in memory.
  const connection = kept?.connection ?? Symbol('connection')
  for (const name of ORDERED) wrapped[name] = args => inOrder(() => repository[name](args))
  for (const [name, member] of [['decryptMessage', 'ciphertext'], ['decryptGroupMessage', 'msg']]) {
    const known = { received, recalls, duplicates, connection }
    const work = async args => {
      const ciphertext = args[member]
      await kept?.load()
      if (oneLock && renewals) await moveBefore(keys, repository, args.jid)
      const plaintext = await decrypted(known, ciphertext, () => repository[name](args))
      const record = (await unfinished?.recordOf(ciphertext, plaintext)) ?? kept?.recordOf(ciphertext, received.nameOf(ciphertext), plaintext)
      if (record) await set(record)
      return plaintext
    }
    // No answer where a failure would be answered to the server, or handed over in place of the message: the server delivers it again.
    wrapped[name] = async args => {
      if (store.isStopped) return never()
      try {
        const result = await inOrder(() => (store.isStopped ? STOPPED : work(args)))
        return result === STOPPED ? never() : result
      } catch (error) {
        if (store.isOver) return never()
        throw error
      }
    }
  }
  for (const name of ADVANCING) {
    const work = args => (durable ? through(() => repository[name](args)) : repository[name](args))
    wrapped[name] = args => inOrder(() => work(args))
  }
  if (renewals) {
    const renew = async args => (await renewals.isNeeded(args, repository, keys)) && (await repository.injectE2ESession(args))
    wrapped.injectE2ESession = args => inOrder(() => renew(args))
  }
  const migrate = async (from, to) => {
    if (oneLock && renewals) await moveBeside(keys, repository, from, to)
    return repository.migrateSession(from, to)
  }
  wrapped.migrateSession = async (from, to) => {
    if (!(await mayMigrate(keys, from, to))) return NONE
    try {
      return await inOrder(() => migrate(from, to))
    } catch (error) {
      if (store.isOver) throw error
      // Baileys asks for it before it reads a message, and refuses that for good when this fails: for one record of one of their devices.
      complain('warn', `sessions were not moved: ${error.message}`)
      return NONE
    }
  }
  return wrapped
}

/**
 * Sends, of which any number may want the lock, wait for each other before they wait for it: what comes in is read one after the other,
 * and would else wait for all of them each time, also while they ask the server. What else takes the lock does not wait with them: reading
 * waits for most of it, as for the request of what could not be read.
 */
const oneWaiting = ({ transaction, keys, lock, isSending }) => {
  let last = Promise.resolve()
  return (work, name) => {
    if (name !== lock() || !isSending() || keys.isInTransaction()) return transaction(work, name)
    const mine = last.then(() => transaction(work, name))
    last = mine.then(() => {}, () => {})
    return mine
  }
}

// Not `deleteSession`: a notification of removed devices calls it while it holds the lock of the device lists, for which a send waits
// while it holds this one.
const ORDERED = ['processSenderKeyDistributionMessage', 'injectE2ESession']
const ADVANCING = ['encryptMessage', 'encryptGroupMessage', 'getSenderKeyDistributionMessage']

const STOPPED = Symbol('stopped')
/** What is said of sessions that were moved where there are none. */
const NONE = Object.freeze({ migrated: 0, skipped: 0, total: 0 })
/** Another each time: one for all would keep everybody who waits for it. */
const never = () => new Promise(() => {})

/** What libsignal says when a ciphertext comes again in a record of one session; Baileys answers it with a word to the server alone. */
const USED = 'Key used already or never filled'

/** Decrypts, also what was decrypted on an earlier connection and never handed over, and nothing twice. */
const decrypted = async ({ received, recalls, duplicates, connection }, ciphertext, decrypt) => {
  // With several sessions it would look like a message that cannot be read, and be asked for again.
  const refuseDuplicate = () => {
    if (duplicates && received.isDuplicate(ciphertext, connection)) throw new Error(USED)
  }
  refuseDuplicate()
  let plaintext
  try {
    plaintext = await decrypt()
  } catch (error) {
    // What an earlier connection left may have been handed over meanwhile.
    refuseDuplicate()
    plaintext = recalls && received.recall(ciphertext)
    if (!plaintext) throw error
  }
  received.decrypted(ciphertext, plaintext, connection)
  return plaintext
}

const withoutDeletions = records => Object.fromEntries(Object.entries(records).filter(([, value]) => value))
