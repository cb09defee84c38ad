// The one line in which a connection tries again what it could not do: one after the other, with a pause after each. When the server says
// that it was asked for too much, whatever is tried next waits for minutes, and longer each time that it says so again: many at once, as
// when two hundred phones ask for a message of a group, would each make it worse, and accounts are blocked for less.

/** The pause after each. */
const SPACE_MILLIS = 1000

/** That after a limit was met, which doubles up to the longest. */
const LIMIT_MILLIS = 60_000
const LONGEST_MILLIS = 20 * 60_000

/** How many may stand in it. */
const MOST = 5000

export class Line {
  /** The timers of those whose time has not come, by name. */
  #later = new Map()
  /** Those whose time has come, by name. */
  #due = new Map()
  #current
  #pause
  #limits = 0
  #isEnded = false

  /** @param attempt tries something; `done` says what became of it */
  constructor(attempt) {
    this.attempt = attempt
  }

  /** Whether the last attempt met a limit. */
  get isHalted() {
    return this.#limits > 0
  }

  isTrying(name) {
    return this.#current === name
  }

  /** Has this tried after such a time, in place of what has that name already. Where there is no room it is not. */
  add(name, what, millis) {
    this.remove(name)
    if (this.#isEnded || this.#later.size + this.#due.size >= MOST) return
    if (!millis) return this.#isDue(name, what)
    const timer = setTimeout(() => {
      this.#later.delete(name)
      this.#isDue(name, what)
    }, millis)
    this.#later.set(name, timer)
  }

  #isDue(name, what) {
    this.#due.set(name, what)
    this.#next()
  }

  remove(name) {
    clearTimeout(this.#later.get(name))
    this.#later.delete(name)
    this.#due.delete(name)
  }

  /** One of that name was tried, from the line or because it had just come. */
  done(name, isLimited) {
    const isOurs = this.isTrying(name)
    if (isOurs) this.#current = undefined
    // A burst that was under way when the first of it met the limit says nothing new.
    if (isLimited && (isOurs || !this.isHalted)) this.#rest(Math.min(LIMIT_MILLIS * 2 ** this.#limits++, LONGEST_MILLIS))
    else if (isOurs) {
      this.#limits = 0
      this.#rest(SPACE_MILLIS)
    }
  }

  /** Not to the second, or all accounts that met a limit together would meet the next together. */
  #rest(millis) {
    if (this.#isEnded) return
    clearTimeout(this.#pause)
    this.#pause = setTimeout(() => {
      this.#pause = undefined
      this.#next()
    }, millis * (1 + Math.random() / 4))
  }

  #next() {
    if (this.#pause || this.#current !== undefined || !this.#due.size) return
    const [[name, what]] = this.#due
    this.#due.delete(name)
    this.#current = name
    this.attempt(what)
  }

  /** Nothing is tried any more. */
  end() {
    this.#isEnded = true
    clearTimeout(this.#pause)
    for (const timer of this.#later.values()) clearTimeout(timer)
    this.#later.clear()
    this.#due.clear()
  }
}
