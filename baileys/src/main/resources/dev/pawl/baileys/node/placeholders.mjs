// Messages that could not be read are asked for again from who wrote them; three seconds later Baileys asks our own phone as well, unless
// one was read meanwhile. What comes again goes behind all that waits, so that a backlog of unreadable ones had the phone asked for each of
// them, thousands at once, and told each twice.

/** Nothing waits when the last was taken up so long ago. */
const OVER_MILLIS = 1000
const BETWEEN_MILLIS = 250

/**
 * The phone is asked when nothing waits any more, for what has not been read by then, and for one at a time.
 *
 * @param manager Baileys' own, of one connection
 * @param waited what waits there
 */
export const askThePhoneLast = (manager, waited) => {
  const line = new Map()
  let timer
  const look = () => {
    timer = undefined
    const [next] = line
    if (next && waited.isOver(OVER_MILLIS)) {
      const [id, ask] = next
      line.delete(id)
      ask()
    }
    if (line.size) timer = setTimeout(look, BETWEEN_MILLIS)
  }
  const { schedulePhoneRequest, cancelPendingPhoneRequest, clear } = manager
  manager.schedulePhoneRequest = (id, ask, delay) => {
    const join = () => {
      line.set(id, ask)
      timer ??= setTimeout(look, BETWEEN_MILLIS)
    }
    schedulePhoneRequest.call(manager, id, join, delay)
  }
  // Called for what was read, and for what is asked for once more.
  manager.cancelPendingPhoneRequest = id => {
    line.delete(id)
    cancelPendingPhoneRequest.call(manager, id)
  }
  // The connection has ended.
  manager.clear = () => {
    line.clear()
    clearTimeout(timer)
    clear.call(manager)
  }
}
