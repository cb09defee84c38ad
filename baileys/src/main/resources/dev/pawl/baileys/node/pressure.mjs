// Back-pressure as far as the server: while too much is under way, nothing is read from the WebSocket, so that what waits, waits in
// the network and not in this process. While an answer of the server is waited for, everything is read: work that waits for an answer
// would never get less.
const MOST_EVENTS = 256
const MOST_BYTES = 8 * 1024 * 1024
const MOST_STANZAS = 128

export class Pressure {
  #events = new Map()
  #last = 0
  #bytes = 0
  #stanzas = 0
  #expected = 0
  #isPaused = false
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

  /** Counts a stanza for as long as `work` is busy with it. */
  async during(work) {
    this.#stanzas++
    this.#look()
    try {
      return await work()
    } finally {
      this.#stanzas--
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
    const fill = Math.max(this.#events.size / MOST_EVENTS, this.#bytes / MOST_BYTES, this.#stanzas / MOST_STANZAS)
    const socket = this.socket()
    const mustRead = this.#expected > 0
    if (fill > 1 && !mustRead && !this.#isPaused && socket?.readyState === socket?.OPEN) this.#switch(true)
    else if ((fill < 0.5 || mustRead) && this.#isPaused) this.#switch(false)
  }

  #switch(isPaused) {
    this.#isPaused = isPaused
    if (isPaused) this.socket()?.pause()
    else this.socket()?.resume()
    this.changed(isPaused)
  }
}
