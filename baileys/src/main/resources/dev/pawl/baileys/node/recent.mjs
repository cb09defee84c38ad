// The text of records that were read or written lately. Baileys reads the same few again for every message, and each read that is
// answered here is a way to the JVM and back less. Only the owner of a session writes its keys, so what a link has read or written
// stays true until the link writes it anew. One for each link: the next one begins with what is stored.
const MOST = 1024 * 1024

/** Room that one entry takes besides its texts, roughly. */
const AROUND = 64

export class Recent {
  /** By name, the one that was not used for longest first. */
  #texts = new Map()
  #size = 0

  /** By name, the read that is under way, unless the record was written since: its answer is an old one. */
  #reads = new Map()

  /** @param most how many characters are kept, at most */
  constructor(most = MOST) {
    this.most = most
  }

  /** The text of a record, `null` as text of one that is not there; undefined when it is not known here. */
  get(name) {
    const text = this.#texts.get(name)
    if (text !== undefined) {
      this.#texts.delete(name)
      this.#texts.set(name, text)
    }
    return text
  }

  /** It is written now. */
  written(name, text) {
    this.#reads.delete(name)
    this.#put(name, text)
  }

  /** These are asked for now; returns what takes the answer, by name. */
  reading(names) {
    const read = {}
    for (const name of names) this.#reads.set(name, read)
    return {
      found: (name, text) => {
        if (this.#reads.get(name) === read) this.#put(name, text)
      },
      over: () => {
        for (const name of names) if (this.#reads.get(name) === read) this.#reads.delete(name)
      }
    }
  }

  #put(name, text) {
    const before = this.#texts.get(name)
    if (before !== undefined) this.#drop(name, before)
    // One of these would drive out too many others.
    if (text.length > this.most / 8) return
    this.#texts.set(name, text)
    this.#size += weightOf(name, text)
    for (const [oldest, its] of this.#texts) {
      if (this.#size <= this.most) break
      this.#drop(oldest, its)
    }
  }

  #drop(name, text) {
    this.#texts.delete(name)
    this.#size -= weightOf(name, text)
  }
}

const weightOf = (name, text) => name.length + text.length + AROUND
