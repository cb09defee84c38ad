// The pipe to the JVM: frames of a length (four bytes, big endian) and that much JSON in UTF-8, both ways.
//
//   {"hello":1,…}                         the first frame of each side: the version of what follows
//   {"l":link,"i":7,"ask":"…",…}          a question, answered by {"a":7,"ok":…} or {"a":7,"error":"…","permanent":…}
//   {"l":link,"n":12,"event":"…","data":…} an event, taken over, and in the history up to the 9th, with
//                                         {"l":link,"stored":9,"taken":12}
//   {"l":link,"tell":"…",…}               a fact that needs no answer
//   {"got":5120}                          how many bytes the child has read so far: the JVM may write as many as a pipe holds beyond that
//
// Bytes stand as BufferJSON has them. Each side numbers its own questions; answers come in any order.
export const VERSION = 2

/** How much is read before it is said. */
const SAID_AFTER = 1024

/** JSON that is already text, to be put into a frame as it is. */
export class Text {
  constructor(text) {
    this.text = text
  }
}

export class Channel {
  #input = []
  #length = 0
  #asked = new Map()
  #lastId = 0
  #got = 0
  #saidGot = 0

  /** Frames that go out together when what runs now is through: each writing wakes the JVM, and costs as much as a frame does. */
  #waiting = []
  #isFlushing = false

  /**
   * @param output takes bytes
   * @param json has `parse` and `text`, which know of bytes in JSON
   * @param serve is given every frame that is no answer
   */
  constructor({ output, json, serve }) {
    Object.assign(this, { output, json, serve })
  }

  receive(chunk) {
    this.#input.push(chunk)
    this.#length += chunk.length
    this.#got += chunk.length
    while (this.#length >= 4) {
      const size = this.#front(4).readUInt32BE(0)
      if (this.#length < 4 + size) return
      const frame = this.#front(4 + size).toString('utf8', 4, 4 + size)
      this.#drop(4 + size)
      this.#accept(this.json.parse(frame))
    }
  }

  /** The first bytes, in one piece. */
  #front(size) {
    if (this.#input[0].length < size) this.#input = [Buffer.concat(this.#input)]
    return this.#input[0]
  }

  #drop(size) {
    this.#length -= size
    if (this.#input[0].length === size) this.#input.shift()
    else this.#input[0] = this.#input[0].subarray(size)
  }

  #accept(message) {
    if (message.a === undefined) return this.serve(message)
    const asked = this.#asked.get(message.a)
    this.#asked.delete(message.a)
    if (!asked) return
    if (message.error === undefined) asked.resolve(message.ok)
    else asked.reject(new Error(message.error))
  }

  /**
   * Sends members, of which those that are `Text` stand as they are: when what runs now is through, or what may wait, with what comes
   * next, at the latest when the event loop comes round. Returns how many bytes that were.
   */
  send(members, { mayWait = false } = {}) {
    const parts = []
    for (const [name, value] of Object.entries(members)) {
      if (value !== undefined) parts.push(`"${name}":${value instanceof Text ? value.text : this.json.text(value)}`)
    }
    const body = Buffer.from(`{${parts.join(',')}}`)
    const frame = Buffer.allocUnsafe(4 + body.length)
    frame.writeUInt32BE(body.length, 0)
    body.copy(frame, 4)
    this.#waiting.push(frame)
    this.#flushSoon(mayWait)
    return body.length
  }

  #flushSoon(mayWait) {
    if (mayWait && this.#waiting.length === 1) setImmediate(() => this.flush())
    if (mayWait || this.#isFlushing) return
    this.#isFlushing = true
    process.nextTick(() => this.flush())
  }

  /** Writes what waits. */
  flush() {
    this.#isFlushing = false
    if (!this.#waiting.length) return
    if (this.#got - this.#saidGot >= SAID_AFTER) this.send({ got: (this.#saidGot = this.#got) }, { mayWait: true })
    const waiting = this.#waiting
    this.#waiting = []
    this.output(waiting.length === 1 ? waiting[0] : Buffer.concat(waiting))
  }

  /** Fails what a link asked and was not told: it has ended, and nobody answers it any more. */
  forget(link) {
    for (const [i, asked] of this.#asked) {
      if (asked.link !== link) continue
      this.#asked.delete(i)
      asked.reject(new Error('the link has ended'))
    }
  }

  /** Asks the JVM, at once or when `send` does what may wait; fails with what went wrong there. */
  ask(link, question, members, options) {
    const i = ++this.#lastId
    const answer = new Promise((resolve, reject) => this.#asked.set(i, { link, resolve, reject }))
    this.send({ l: link, i, ask: question, ...members }, options)
    return answer
  }
}
