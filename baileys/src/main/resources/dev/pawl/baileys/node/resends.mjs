// Messages of ours that somebody could not read and asks for again, with a receipt. Baileys sends them again and confirms the receipt to
// the server, whatever became of that; and what was confirmed is not delivered again, so that a device which asked in vain never gets its
// message. Besides, it counts each request twice: a device may ask five times, and is heard twice.
import { Line } from './line.mjs'

const FAILED = 'error in sending message again'

/** Why it may be possible later: the server had no answer, or trouble of its own. What is refused for good would be refused again. */
const PASSING = /the server did not answer|Timed Out|internal-server-error|service-unavailable/

/** It was asked for too much. */
const LIMITED = /rate-overlimit/

/**
 * After what time it is tried again on this connection; on the next one the server delivers the receipt again. A connection may live for
 * days, and what it has not confirmed the server keeps for as long: after the last of these it is given up.
 */
const PAUSES_MILLIS = [5_000, 60_000, 300_000, 1_200_000]

/** After how many failures it is given up in all, on whatever connections of this process, and also where each was a limit. */
const MOST_FAILURES = 9

/** For how long Baileys remembers how often it was asked, and of how many. */
const REMEMBERED_MILLIS = 3_600_000
const MOST = 5000

/** As many as Baileys knows. */
const MOST_CONTENTS = 512

/** How often each could not be sent again, by account and then by message and device. */
const accounts = new Map()

const failuresOf = account => {
  if (!accounts.has(account)) accounts.set(account, new Map())
  return accounts.get(account)
}

export class Resends {
  /** How many receipts of each Baileys is busy with, by message and device. */
  #underWay = new Map()
  /** How often each was asked for, and when that was the last time. */
  #counted = new Map()
  /** Those under way whose turn with Baileys has come. */
  #begun = new Set()
  /** How many receipts of each had their turn when a limit had been met, and wait for another. */
  #putOff = new Map()
  /** Those that could not be sent, and whose receipt was not confirmed yet, and whether that was for a limit. */
  #failed = new Map()
  /** How often each was tried again on this connection. */
  #tried = new Map()
  /** The receipts of each that were not confirmed, by what their confirmation says. */
  #unconfirmed = new Map()
  /** What Baileys still knew of messages that are being asked for, by their ids. */
  #contents = new Map()
  #line = new Line(node => this.deliver(asIfNew(node)))

  /**
   * @param account whose messages they are
   * @param deliver hands a receipt to Baileys, as if it came now
   * @param confirm tells the server that a receipt was dealt with
   * @param trouble is told of what is given up
   */
  constructor({ account, deliver, confirm, trouble }) {
    Object.assign(this, { failures: failuresOf(account), deliver, confirm, trouble })
  }

  /**
   * What Baileys counts in. It adds one when the request comes and one when the message leaves: each is a half here. It counts in the same
   * place how often we ask others, which stays as it is.
   */
  counts = {
    get: name => (this.#isPutOff(name) ? Infinity : this.#countOf(name)),
    set: (name, count) => this.#count(name, this.#underWay.has(name) ? (this.#countOf(name) ?? 0) + 0.5 : count),
    del: name => this.#counted.delete(name)
  }

  /**
   * Whether it is not to be sent now: a burst waits for its turns with Baileys, and when the first of it meets a limit each of the others
   * would ask the server all the same. How often it was asked for is what Baileys looks at first when a turn comes.
   */
  #isPutOff(name) {
    if (!this.#underWay.has(name) || this.#begun.has(name)) return false
    const isLimited = this.#line.isHalted || [...this.#failed.values()].some(Boolean)
    if (isLimited && !this.#line.isTrying(name)) this.#putOff.set(name, (this.#putOff.get(name) ?? 0) + 1)
    else this.#begun.add(name)
    return !this.#begun.has(name)
  }

  #countOf(name) {
    const { count, at } = this.#counted.get(name) ?? {}
    return performance.now() - at < REMEMBERED_MILLIS ? count : undefined
  }

  #count(name, count) {
    this.#counted.delete(name)
    this.#counted.set(name, { count, at: performance.now() })
    keepLast(this.#counted, MOST)
  }

  /** Hears what Baileys tells of a failure, which it tells nobody else. */
  listenTo(logger) {
    const { error } = logger
    logger.error = (about, text, ...rest) => {
      if (text === FAILED) this.#heard(about, logger)
      error(about, text, ...rest)
    }
    return logger
  }

  #heard({ key, ids, trace }, logger) {
    const why = String(trace).split('\n')[0]
    logger.warn(`${ids[0]} was asked for again and could not be sent: ${why}`)
    const isLimited = LIMITED.test(why)
    if (isLimited || PASSING.test(why)) this.#failed.set(nameOf(ids[0], key.participant), isLimited)
  }

  /** Has what Baileys still knows of a message stay until it was sent: it forgets that at the first attempt, and not everybody has a history. */
  keepContents(manager) {
    const { getRecentMessage } = manager
    manager.getRecentMessage = (to, id) => {
      const kept = this.#contents.get(id)
      const found = getRecentMessage.call(manager, to, id) ?? (kept && kept.to === to ? kept.found : undefined)
      if (found) this.#contents.set(id, { to, found })
      keepLast(this.#contents, MOST_CONTENTS)
      return found
    }
  }

  /** Around Baileys' listener for receipts. */
  around = listener => node => {
    const { id, participant, from, type } = node.attrs
    if (type !== 'retry') return listener(node)
    const name = nameOf(id, participant || from)
    if (!this.#line.isHalted || this.#line.isTrying(name)) return listener(this.#watched(name, node))
    this.#later(name, node, 0)
  }

  /** Its tag is what Baileys makes the confirmation of, when all is done. */
  #watched(name, node) {
    this.#underWay.set(name, (this.#underWay.get(name) ?? 0) + 1)
    const get = () => {
      this.#isDone(name, node)
      Object.defineProperty(watched, 'tag', { value: node.tag })
      return node.tag
    }
    // No copy, which would look at everything: others want to know when Baileys does.
    const watched = Object.create(node, { tag: { configurable: true, get } })
    return watched
  }

  /** Fails when it is not to be confirmed. */
  #isDone(name, node) {
    const others = this.#underWay.get(name) - 1
    if (others > 0) this.#underWay.set(name, others)
    else this.#underWay.delete(name)
    if (this.#wasPutOff(name)) {
      this.#later(name, node, 0)
      throw new Error('it is not confirmed')
    }
    this.#begun.delete(name)
    const isLimited = this.#failed.get(name)
    this.#line.done(name, isLimited)
    if (!this.#failed.delete(name)) {
      this.failures.delete(name)
      this.#isOver(name, node)
      return
    }
    this.#count(name, Math.max(0, Math.ceil(this.#countOf(name) ?? 0) - 1))
    const failures = (this.failures.get(name) ?? 0) + 1
    if (failures >= MOST_FAILURES || (!isLimited && this.#tried.get(name) === PAUSES_MILLIS.length)) {
      this.failures.delete(name)
      this.#isOver(name, node)
      this.trouble(`${node.attrs.id} was asked for again and could not be sent`)
      return
    }
    this.failures.set(name, failures)
    keepLast(this.failures, MOST)
    this.#tryLater(name, node, isLimited)
    throw new Error('it is not confirmed')
  }

  #wasPutOff(name) {
    const others = this.#putOff.get(name) - 1
    if (others > 0) this.#putOff.set(name, others)
    else return this.#putOff.delete(name)
    return true
  }

  #tryLater(name, node, isLimited) {
    if (isLimited) return this.#later(name, node, 0)
    const tried = this.#tried.get(name) ?? 0
    this.#tried.set(name, tried + 1)
    this.#later(name, node, PAUSES_MILLIS[tried])
  }

  /** The latest request of a device counts: it says what they have now, and one message is what they want. */
  #later(name, node, millis) {
    const receipts = this.#unconfirmed.get(name) ?? new Map()
    this.#unconfirmed.set(name, receipts.set(confirmationOf(node), node))
    keepLast(this.#unconfirmed, MOST)
    this.#line.add(name, node, millis)
  }

  /** What they asked before is not served any more, and confirmed, unless that is done with what confirms this. */
  #isOver(name, node) {
    this.#tried.delete(name)
    this.#line.remove(name)
    const receipts = this.#unconfirmed.get(name) ?? new Map()
    this.#unconfirmed.delete(name)
    receipts.delete(confirmationOf(node))
    for (const receipt of receipts.values()) this.confirm(receipt)
    const { id } = node.attrs
    if (this.#contents.has(id) && !this.#isWaitedFor(id)) this.#contents.delete(id)
  }

  /** Whether some device still waits for this: for another try, or for its turn with Baileys, which looks for the content then. */
  #isWaitedFor(id) {
    return [...this.#unconfirmed.keys(), ...this.#underWay.keys()].some(name => name.startsWith(`${id}:`))
  }

  /** Nothing is tried again on this connection. */
  end() {
    this.#line.end()
  }
}

/** What waited for us Baileys works on one after the other, and all of that would wait for an answer with it. */
const asIfNew = node => {
  const { offline, ...attrs } = node.attrs
  return { ...node, attrs }
}

const confirmationOf = ({ attrs: { id, from, participant, recipient } }) => [id, from, participant, recipient].join(' ')

/** As Baileys names what it counts. */
const nameOf = (id, device) => `${id}:${device}`

const keepLast = (all, most) => {
  for (const name of all.keys()) {
    if (all.size <= most) return
    all.delete(name)
  }
}
