// What was decrypted and not handed over yet. Baileys stores the ratchet of a message, confirms the message to the server, and then hands it
// over; when the connection breaks in between, the server delivers the message again, and the ratchet cannot read it a second time. This
// can: it is kept in memory from one connection of an account to the next. Of what was handed over it is known for a while that it was, so
// that it is not taken for something unreadable when the server delivers it twice.
import { createHash } from 'node:crypto'

const MOST = 5000
const MOST_DONE = 4096
const accounts = new Map()

/** That of an account, the same for all of its connections; who is not linked yet has received nothing that could come again. */
export const receivedOf = account => {
  if (!account) return new Received()
  if (!accounts.has(account)) accounts.set(account, new Received())
  return accounts.get(account)
}

const digest = ciphertext => createHash('sha256').update(ciphertext).digest('base64')

class Received {
  #plain = new Map()
  #ids = new WeakMap()
  #done = new Set()

  /** A stanza came, with ciphertexts in it. */
  arrived({ attrs, content }) {
    for (const child of Array.isArray(content) ? content : []) {
      if (child.tag === 'enc' && child.content instanceof Uint8Array) this.#ids.set(child.content, attrs.id)
    }
  }

  /** By what it is known. */
  nameOf(ciphertext) {
    return digest(ciphertext)
  }

  /** It said this; `connection` is where that was found out. */
  decrypted(ciphertext, plaintext, connection) {
    const name = digest(ciphertext)
    const isLeft = this.#plain.get(name)?.isLeft
    this.#plain.set(name, { plaintext, connection, id: this.#ids.get(ciphertext), at: performance.now(), isTold: false, isLeft })
    keepLast(this.#plain, MOST, ({ isLeft }) => !isLeft)
  }

  /** An earlier connection found out what it said. Nobody waits for that, and it is not forgotten for others until it is released. */
  restore(name, id, plaintext) {
    if (this.#done.has(name)) return
    const one = this.#plain.get(name) ?? { plaintext, id, at: -Infinity, isTold: false }
    this.#plain.set(name, { ...one, isLeft: true })
  }

  /** What was restored need not be remembered longer than anything else. */
  release(name) {
    const one = this.#plain.get(name)
    if (one) one.isLeft = false
  }

  /** What a ciphertext that cannot be decrypted any more said, or undefined. */
  recall(ciphertext) {
    return this.#plain.get(digest(ciphertext))?.plaintext
  }

  /** Whether this was decrypted before, and is handed over without coming again. */
  isDuplicate(ciphertext, connection) {
    const name = digest(ciphertext)
    return this.#done.has(name) || this.#plain.get(name)?.connection === connection
  }

  /** Whether nobody has found this out on this connection, nor handed it over on another. */
  mayClaim(name, connection) {
    return !this.#done.has(name) && this.#plain.get(name)?.connection !== connection
  }

  /** From now on it is a duplicate there. */
  claim(name, connection) {
    this.#plain.get(name).connection = connection
  }

  /** Whether something that was decrypted after that time was not handed over yet. */
  isAwaited(since) {
    for (const { at, isTold } of this.#plain.values()) if (at >= since && !isTold) return true
    return false
  }

  /** A message is on its way to the JVM, which may not take it. */
  told(messageId) {
    for (const one of this.#plain.values()) if (one.id === messageId) one.isTold = true
  }

  /** Whether this was handed over. */
  isDone(name) {
    return this.#done.has(name)
  }

  /** The JVM took a message over: should it come again, it is a duplicate. */
  handedOver(messageId) {
    for (const [name, { id }] of this.#plain) {
      if (id !== messageId) continue
      this.#plain.delete(name)
      this.#done.add(name)
    }
    keepLast(this.#done, MOST_DONE)
  }
}

const keepLast = (all, most, mayGo = () => true) => {
  for (const [name, one] of all.entries()) {
    if (all.size <= most) return
    if (mayGo(one)) all.delete(name)
  }
}
