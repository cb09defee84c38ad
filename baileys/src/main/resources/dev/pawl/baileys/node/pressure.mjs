// Back-pressure as far as the server: while too much is under way, nothing is read from the WebSocket, so that what waits, waits in
// the network and not in this process. While an answer of the server is waited for, it is read on all the same, up to a multiple
// of that: work that waits for an answer would never get less. An answer that lies behind even more than that comes when there is room
// again, or too late: the question fails, or Baileys takes the connection for lost, and what was not read is delivered by the next.
// What waited for us is not counted, as it is only put into a queue of Baileys': how much of that comes at once the server decides.
const MOST = { events: 256, bytes: 8 * 1024 * 1024, stanzas: 128 }

/** How much it may be while an answer is waited for. */
const MOST_FOR_AN_ANSWER = { events: 8192, bytes: 64 * 1024 * 1024, stanzas: 4096 }

/** What a receipt or a notification counts for. */
export const SMALL = 1 / 8

export class Pressure {
  #events = new Map()
  #last = 0
  #bytes = 0
  #stanzas = 0
  #expected = 0
  #isPaused = false
  /** At which bound it paused. */
  #bound = MOST
  #isStopped = false

  /**
   * @param socket gives the WebSocket as it is now
   * @param changed is told when reading stops and when it goes on
   */
  constructor(socket, changed) {
    Object.assign(this, { socket, changed })
  }

  /** An event was sent; returns its number. */
  sent() {
    return ++this.#last
  }

  /** The size of the event with that number. */
  weigh(number, bytes) {
    this.#events.set(number, bytes)
    this.#bytes += bytes
    this.#look()
  }

  /** The JVM took the events up to this one over. */
  taken(upTo) {
    for (const [number, bytes] of this.#events) {
      if (number > upTo) break
      this.#events.delete(number)
      this.#bytes -= bytes
    }
    this.#look()
  }

  /** Counts a stanza, a small one as a part of one, for as long as `work` is busy with it. */
  async during(work, weight = 1) {
    this.#stanzas += weight
    this.#look()
    try {
      return await work()
    } finally {
      this.#stanzas -= weight
      this.#look()
    }
  }

  /** Nothing more is read, for good. */
  stop() {
    this.#isPaused = true
    this.#isStopped = true
    const socket = this.socket()
    if (socket?.readyState === socket?.OPEN) socket?.pause()
  }

  /** The socket is being closed: the server's part in that has to be read. */
  release() {
    this.#isStopped = true
    this.socket()?.resume()
  }

  /** So many answers of the server more, or less, are waited for: they come over the same connection. */
  expect(more) {
    this.#expected += more
    this.#look()
  }

  #look() {
    if (this.#isStopped) return
    const most = this.#expected > 0 ? MOST_FOR_AN_ANSWER : MOST
    const fill = Math.max(this.#events.size / most.events, this.#bytes / most.bytes, this.#stanzas / most.stanzas)
    const socket = this.socket()
    if (fill > 1) {
      this.#bound = most
      if (!this.#isPaused && socket?.readyState === socket?.OPEN) this.#switch(true)
    } else if (this.#isPaused && (fill < 0.5 || this.#isForAnAnswer(most))) this.#switch(false)
  }

  /** It paused while nothing was asked, and now something is: as long as there is room the answer has to be read. */
  #isForAnAnswer(most) {
    return most === MOST_FOR_AN_ANSWER && this.#bound === MOST
  }

  #switch(isPaused) {
    this.#isPaused = isPaused
    if (isPaused) this.socket()?.pause()
    else this.socket()?.resume()
    this.changed(isPaused)
  }
}
