// What Baileys says of a session, on its way to the JVM.
import { json } from './engine.mjs'
import { Text } from './channel.mjs'

/** Events that are said in another way, and those that nobody outside can use. */
const OWN = new Set(['creds.update', 'connection.update'])

export class Events {
  /**
   * @param number that of the link
   * @param pressure counts what the JVM has not taken over
   * @param received is told which messages were handed over
   * @param unfinished is told what becomes of what the phone sent once, if that is kept
   * @param isEnded whether nothing more is told
   */
  constructor({ number, channel, pressure, received, unfinished, isEnded }) {
    Object.assign(this, { number, channel, pressure, received, unfinished, isEnded })
  }

  /** Hands on what is said, except what is about the connection: that goes to `connection`, after the rest. */
  listen(ev, connection) {
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
    if (event === 'messages.upsert') for (const message of data.messages) this.received.handedOver(message)
  }

  /** The JVM took the events up to this one over. */
  taken(upTo) {
    this.pressure.taken(upTo)
    this.unfinished?.taken(upTo)
  }
}
