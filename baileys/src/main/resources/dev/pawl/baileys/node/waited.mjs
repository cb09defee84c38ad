// What waited for us at the server, Baileys works on one after the other, behind a lock that everything takes; what comes meanwhile it
// takes up at once. So each that waited has to wait for all that came later: it is told last, and it may have become unreadable, since
// ratchets and sessions of its sender have moved on (libsignal goes back 2000 messages of a chain, and 40 sessions).

/** Calls `begun` when somebody looks at what is in a stanza, which is what working on it begins with. */
export const whenBegun = (node, begun) => {
  const { content } = node
  const property = { configurable: true, enumerable: true }
  const get = () => {
    Object.defineProperty(node, 'content', { ...property, writable: true, value: content })
    begun()
    return content
  }
  Object.defineProperty(node, 'content', { ...property, get })
}

/** Has what comes go behind what waited for us, as long as some of that is left. */
export const behindWhatWaited = listener => {
  let waiting = 0
  const waits = (node, begun = () => {}) => {
    waiting++
    whenBegun(node, () => {
      waiting--
      begun()
    })
    listener(node)
  }
  return node => {
    const { attrs } = node
    if (attrs.offline) return waits(node)
    if (!waiting) return listener(node)
    return new Promise(begun => {
      // Baileys' way to its queue; it is looked at again to say whether a message is a new one, and that it is.
      attrs.offline = '1'
      waits(node, begun)
      delete attrs.offline
    })
  }
}
