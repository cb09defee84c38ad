// What waited for us at the server, Baileys works on one after the other, behind a lock that everything takes; what comes meanwhile it
// takes up at once. So each that waited has to wait for all that came later: it is told last, and it may have become unreadable, since
// ratchets and sessions of its sender have moved on (libsignal goes back 2000 messages of a chain, and 40 sessions).

/** Calls `begun` when somebody looks at what is in a stanza, which is what working on it begins with. */
export const whenBegun = (node, begun) => {
  // Others may wait for the same.
  const before = Object.getOwnPropertyDescriptor(node, 'content')
  const get = () => {
    Object.defineProperty(node, 'content', before)
    begun()
    return node.content
  }
  Object.defineProperty(node, 'content', { configurable: true, enumerable: true, get })
}

/** What waits on one connection. */
export class Waited {
  #waiting = 0
  #lastBegun = -Infinity

  /** Has what comes go behind what waited for us, as long as some of that is left. */
  around = listener => node => {
    const { attrs } = node
    if (attrs.offline) return this.#waits(listener, node)
    if (!this.#waiting) return listener(node)
    return new Promise(begun => {
      // Baileys' way to its queue; it is looked at again to say whether a message is a new one, and that it is.
      attrs.offline = '1'
      this.#waits(listener, node, begun)
      delete attrs.offline
    })
  }

  #waits(listener, node, begun = () => {}) {
    this.#waiting++
    whenBegun(node, () => {
      this.#waiting--
      this.#lastBegun = performance.now()
      begun()
    })
    return listener(node)
  }

  /** Whether none is left, and the last was taken up so long ago. The server hands over what waits in batches. */
  isOver(millis) {
    return this.#waiting === 0 && performance.now() - this.#lastBegun >= millis
  }
}
