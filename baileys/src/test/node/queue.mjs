// What waits for a device until it confirms it. The same message may wait more than once, as when it is sent again because it could not be
// read: each confirmation is for the one that came first.
export class Queue {
  #stanzas = new Map()
  #places = new Map()
  #last = 0

  get size() {
    return this.#stanzas.size
  }

  /** In the order in which they came. */
  values() {
    return this.#stanzas.values()
  }

  set(place, stanza) {
    const number = ++this.#last
    this.#stanzas.set(number, stanza)
    this.#places.set(place, [...(this.#places.get(place) ?? []), number])
  }

  /** The oldest at this place is confirmed. */
  delete(place) {
    const [number, ...others] = this.#places.get(place) ?? []
    this.#stanzas.delete(number)
    if (others.length) this.#places.set(place, others)
    else this.#places.delete(place)
  }
}
