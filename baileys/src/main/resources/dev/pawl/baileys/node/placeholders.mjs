// Messages that could not be read are asked for again from who wrote them; three seconds later Baileys asks our own phone as well, unless
// one was read meanwhile. What comes again goes behind all that waits, so that a backlog of unreadable ones had the phone asked for each of
// them, thousands at once, and told each twice.

/** Nothing waits when the last was taken up so long ago. */
const OVER_MILLIS = 1000
const BETWEEN_MILLIS = 250
/** Many are asked for faster: what is still to be asked when the connection ends is not asked any more. */
const WITHIN_MILLIS = 60_000
const FASTEST_MILLIS = 10
/** How far asking may be behind. Baileys takes two seconds of it to see whether a message comes meanwhile. */
const BEHIND_MILLIS = 4000

/**
 * The phone is asked when nothing waits any more, for what has not been read by then, and for one after the other: four a second, or so
 * many that it has been asked for all within about a minute.
 *
 * @param manager Baileys' own, of one connection
 * @param waited what waits there
 * @param inLine has what it is given stand in the line of sends
 */
export const askThePhoneLast = (manager, waited, inLine) => {
  const line = new Map()
  let timer
  let between = BETWEEN_MILLIS
  let underWay = 0
  const begin = async ask => {
    underWay++
    // Baileys says itself what becomes of it.
    await inLine(ask).catch(() => {})
    underWay--
  }
  const look = () => {
    timer = undefined
    const [next] = line
    const isNext = next && underWay * between < BEHIND_MILLIS && waited.isOver(OVER_MILLIS)
    if (isNext) {
      const [id, ask] = next
      line.delete(id)
      begin(ask)
    }
    if (line.size) timer = setTimeout(look, isNext ? between : BETWEEN_MILLIS)
    else between = BETWEEN_MILLIS
  }
  const { schedulePhoneRequest, cancelPendingPhoneRequest, clear } = manager
  manager.schedulePhoneRequest = (id, ask, delay) => {
    const join = () => {
      line.set(id, ask)
      between = Math.max(FASTEST_MILLIS, Math.min(between, WITHIN_MILLIS / line.size))
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
