// What was decrypted and not handed over yet. Baileys stores the ratchet of a message, confirms the message to the server, and then hands it
// over; when the connection breaks in between, the server delivers the message again, and the ratchet cannot read it a second time. This
// can: it is kept in memory from one connection of an account to the next. Of what was handed over it is known for a while that it was, so
// that it is not taken for something unreadable when the server delivers it twice.
import { createHash } from 'node:crypto'
import { B } from './engine.mjs'

const MOST = 5000
const MOST_DONE = 4096
const accounts = new Map()

/** That of an account, the same for all of its connections; who is not linked yet has received nothing that could come again. */
export const receivedOf = account => {
  if (!account) return new Received()
  if (!accounts.has(account)) accounts.set(account, new Received())
  return accounts.get(account)
}

/**
 * Of what is known by the attributes of its stanza, that which belongs to a message. Ids are the senders': of several with the same one
 * it is those of its chat and its sender. Should none look so, addresses changed on the way, and it may be any of them.
 */
export const ofMessage = (all, { id, remoteJid, participant }) => {
  const same = []
  for (const entry of all) if (entry[1].attrs?.id === id) same.push(entry)
  if (same.length < 2) return same
  const its = same.filter(([, { attrs }]) => isSame(attrs.recipient ?? attrs.from, remoteJid) && isSame(attrs.participant, participant))
  return its.length ? its : same
}

/** Whether these are addresses of the same person or group, on whatever device, or of none. */
const isSame = (jid, other) => (jid && other ? B.areJidsSameUser(jid, other) : !jid === !other)

const digest = ciphertext => createHash('sha256').update(ciphertext).digest('base64')

class Received {
  #plain = new Map()
  #attrs = new WeakMap()
  #done = new Set()

  /** A stanza came, with ciphertexts in it. */
  arrived({ attrs, content }) {
    for (const child of Array.isArray(content) ? content : []) {
      if (child.tag === 'enc' && child.content instanceof Uint8Array) this.#attrs.set(child.content, attrs)
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
    this.#plain.set(name, { plaintext, connection, attrs: this.#attrs.get(ciphertext), at: performance.now(), isTold: false, isLeft })
    keepLast(this.#plain, MOST, ({ isLeft }) => !isLeft)
  }

  /** An earlier connection found out what it said. Nobody waits for that, and it is not forgotten for others until it is released. */
  restore(name, attrs, plaintext) {
    if (this.#done.has(name)) return
    const one = this.#plain.get(name) ?? { plaintext, attrs, at: -Infinity, isTold: false }
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
  told(key) {
    for (const [, one] of ofMessage(this.#plain, key)) one.isTold = true
  }

  /** Whether this was handed over. */
  isDone(name) {
    return this.#done.has(name)
  }

  /** The JVM took a message over: should it come again, it is a duplicate. */
  handedOver(key) {
    for (const [name] of ofMessage(this.#plain, key)) {
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
