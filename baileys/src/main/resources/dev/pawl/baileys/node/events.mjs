// What Baileys says of a session, on its way to the JVM.
import { B, json } from './engine.mjs'
import { Text } from './channel.mjs'
import { Together } from './together.mjs'

/** Events that are said in another way, and those that nobody outside can use. */
const OWN = new Set(['creds.update', 'connection.update'])

const UNREADABLE = B.proto.WebMessageInfo.StubType.CIPHERTEXT

/** The keys of messages that say something: what stands for one that could not be read hands nothing over. */
const readable = ({ messages }) => messages.filter(({ messageStubType }) => messageStubType !== UNREADABLE).map(({ key }) => key)

export class Events {
  /** The messages in each event that the JVM has not taken over, by the event's number. */
  #told = new Map()

  /**
   * @param number that of the link
   * @param pressure counts what the JVM has not taken over
   * @param received is told which messages were handed over
   * @param kept is told the same, if what was read is kept
   * @param unfinished is told what becomes of what the phone sent once, if that is kept
   * @param isSynced whether the first history has been worked on, with the state that belongs to it
   * @param isEnded whether nothing more is told
   */
  constructor({ number, channel, pressure, received, kept, unfinished, isSynced, isEnded }) {
    Object.assign(this, { number, channel, pressure, received, kept, unfinished, isSynced, isEnded })
  }

  /** Hands on what is said, except what is about the connection: that goes to `connection`, after the rest. */
  listen(ev, connection) {
    const { isSynced, isEnded } = this
    this.together = new Together({ ev, isSynced, isEnded })
    if (this.unfinished) this.#watchWork(ev)
    ev.process(events => {
      for (const [event, data] of Object.entries(events)) if (!OWN.has(event)) this.#emit(event, data)
      if (events['connection.update']) connection(events['connection.update'])
    })
  }

  /** What Baileys says is heard before it is buffered. */
  #watchWork(ev) {
    const emit = ev.emit.bind(ev)
    ev.emit = (event, data) => {
      this.unfinished.said(event, data)
      return emit(event, data)
    }
  }

  #emit(event, data) {
    if (this.isEnded()) return
    const n = this.pressure.sent()
    this.unfinished?.handedOver(event, n)
    this.pressure.weigh(n, this.channel.send({ l: this.number, n, event, data: new Text(json.text(data) ?? 'null') }, { mayWait: true }))
    if (event === 'messages.upsert') this.#tell(n, readable(data))
  }

  #tell(n, keys) {
    if (!keys.length) return
    this.#told.set(n, keys)
    for (const key of keys) {
      this.received.told(key)
      this.kept?.said(key, n)
    }
  }

  /** Whether there is something that the JVM has not taken over. */
  get isAwaited() {
    return this.#told.size > 0
  }

  /** The JVM took the events up to this one over, and has stored those up to that; it may say so after the end of the link. */
  taken(upTo, stored) {
    for (const [n, keys] of this.#told) {
      if (n > upTo) break
      this.#told.delete(n)
      for (const key of keys) this.received.handedOver(key)
    }
    this.pressure.taken(upTo)
    this.kept?.taken(upTo, stored)
    this.unfinished?.taken(upTo)
  }
}
