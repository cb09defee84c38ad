// What the stand-in can be asked about messages that have left a client and not arrived, or arrived more than once.
import { el, now } from './stanza.mjs'

export const jobOperationsOf = server => {
  const person = name => [...server.directory.accounts.values()].map(({ phone }) => phone).find(phone => phone.name === name)
  /** What becomes of the next message, instead of being delivered. */
  const next = what => {
    server.onMessage = (connection, node) => {
      server.onMessage = undefined
      what(connection, node)
      return true
    }
  }

  let lost
  let broken = 0
  let arrived = 0
  server.on('routed', ({ tag }) => tag === 'message' && arrived++)

  return {
    /** Waits until so many messages more have come from clients. */
    awaitArrived: ({ more }) => new Promise((resolve, reject) => {
      const enough = arrived + more
      const timer = setTimeout(() => done(reject, new Error(`${enough - arrived} messages have not come`)), 20_000)
      const done = (settle, value) => {
        clearTimeout(timer)
        server.off('routed', look)
        settle(value)
      }
      const look = () => arrived >= enough && done(resolve, null)
      server.on('routed', look)
    }),
    /** How often somebody got a message of this id. */
    copiesOf: ({ name, id }) => person(name).inbox.filter(m => m.id === id).length,
    distance: ({ millis }) => void (server.distance = millis),
    /** The next message has left its client and is nowhere. */
    loseNextMessage: () => void (lost = new Promise(resolve => next(() => resolve(null)))),
    awaitLost: () => lost,
    /**
     * From now on the connection breaks with each message that comes with this probability, repeatable by its seed: half of them have
     * arrived by then, the others are nowhere, and nobody is told which.
     */
    breakConnections: ({ probability, seed }) => {
      let state = seed
      const random = () => (state = (state * 48271) % 2147483647) / 2147483647
      broken = 0
      server.onMessage = connection => {
        if (random() >= probability) return false
        broken++
        connection.ws.terminate()
        return random() < 0.5
      }
    },
    broken: () => broken,
    refuseNextMessage: ({ error }) =>
      next((connection, { attrs: { id, to } }) => connection.send(el('ack', { class: 'message', id, from: to, t: now(), error: String(error) })))
  }
}
