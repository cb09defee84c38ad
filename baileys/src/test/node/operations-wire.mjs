// What the stand-in can be asked about the way between it and its clients.
import { once } from 'node:events'
import { makeCertificates } from './certs.mjs'
import { closes, logins } from './faults.mjs'
import { el } from './stanza.mjs'

const COMPRESSED = {
  none: () => false,
  all: () => true,
  /** Every other one. */
  mixed: (node, number) => number % 2 === 0,
  /** Messages alone, and of those every other one. */
  messages: (node, number) => node.tag === 'message' && number % 2 === 0
}

export const wireOperations = server => {
  const { wire, directory } = server
  const device = jid => directory.device(jid) ?? fail(`no device ${jid}`)
  const person = name => [...directory.accounts.values()].find(({ phone }) => phone.name === name)?.phone ?? fail(`nobody is called ${name}`)
  const held = new Map()
  const genuine = server.certificates

  return {
    /** The queries since this was last asked. */
    asked: () => wire.asked.splice(0),
    /**
     * From now on a query meets nothing: its `question` or its `answer` is lost, or it is `refused` for trouble of the server's own, so
     * many times, once so many of them went well. Says how many of what was to be lost before were not.
     */
    unanswered: ({ query, part = 'question', after = 0, times = 1 }) => {
      const left = wire.lost?.times ?? 0
      wire.lost = query ? { query, part, after, times } : undefined
      return left
    },
    stillToLose: () => wire.lost?.times ?? 0,
    wireDone: () => wire.done,
    copies: ({ count }) => void (wire.copies = count),
    compressed: ({ how }) => void (wire.compresses = COMPRESSED[how]),
    /** Messages to one device that leave at once, of which the first alone is compressed: they come in WebSocket messages of their own. */
    overtaking: async ({ peer, to, jid, texts }) => {
      const sender = person(peer)
      const { route } = sender.wire
      const stanzas = []
      sender.wire.route = async (target, stanza) => void stanzas.push(stanza)
      for (const conversation of texts) await sender.send(person(to).pn, { conversation }, { toDevice: device(jid).id })
      sender.wire.route = route
      for (const stanza of stanzas) {
        device(jid).queue.set(stanza.attrs.id, stanza)
        device(jid).connection.send(stanza, { compress: stanza === stanzas[0] })
      }
    },
    /** Nothing that this device says is heard. */
    deafTo: ({ jid, on }) => void (device(jid).connection.isDeaf = on),
    /** Ends the stream of a device; over when the client has said goodbye, to which it has no answer yet. */
    endStream: async ({ jid }) => {
      const { connection } = device(jid)
      const goodbye = once(connection.ws._receiver, 'conclude')
      closes['stream-end'](connection)
      await goodbye
    },
    awaitNoConnections: () => soon(server, ['gone'], () => server.connections.size === 0, 'end of all connections'),
    /** Whether anybody listens at the address; the connections that stand are cut when nobody does. */
    listen: async ({ on }) => {
      if (on) {
        server.http.listen(server.port, '127.0.0.1')
        return void (await once(server.http, 'listening'))
      }
      server.port = server.http.address().port
      server.http.close()
      for (const { ws } of server.connections) ws.terminate()
      server.http.closeAllConnections()
    },
    /** What the next login meets; those after it go well. */
    nextLogin: ({ how, ...details }) => {
      server.onLogin = connection => {
        server.onLogin = undefined
        return logins[how](connection, details)
      }
    },
    /** With what it proves who it is: somebody else's `root`, a `serial` number that is none, or as it should be. */
    certificate: ({ how }) => {
      const forged = { root: () => ({ ...makeCertificates(), root: genuine.root }), serial: () => makeCertificates({ root: genuine.root, serial: 7 }) }
      server.certificates = forged[how]?.() ?? genuine
    },
    /** How many references for QR codes a client is given. */
    references: ({ count }) => void (server.pairing.references = count),
    /** Who was away is not told that this was all that waited for them. */
    endlessOffline: ({ on }) => void (server.endlessOffline = on),
    /** What this person sends stays on its way, until it is let go. */
    hold: ({ name }) => {
      const { wire: theirs } = person(name)
      const stanzas = []
      held.set(name, { route: theirs.route, stanzas })
      theirs.route = async (...stanza) => void stanzas.push(stanza)
    },
    letGo: async ({ name }) => {
      const { route, stanzas } = held.get(name)
      held.delete(name)
      person(name).wire.route = route
      for (const stanza of stanzas) await route(...stanza)
    },
    /** Forgets the devices of somebody without a word to them. */
    unlink: ({ name, but }) => {
      const { devices } = directory.account(person(name).pn)
      for (const id of devices.keys()) if (!but.includes(id)) devices.delete(id)
    },
    /** The pre-keys of a device that are here and all that it has ever announced, as hexadecimal digits. */
    preKeys: ({ jid }) => ({
      here: device(jid).bundle.keys.map(({ id }) => Buffer.from(id).toString('hex')),
      announced: wire.announcedBy(device(jid).pnJid)
    }),
    highestPreKey: ({ jid }) => wire.announcedBy(device(jid).pnJid).reduce((highest, id) => Math.max(highest, parseInt(id, 16)), 0),
    /** The server loses all pre-keys of a device but the last so many, and says how few are left. */
    runShort: ({ jid, count }) => {
      const { bundle, connection } = device(jid)
      bundle.keys = bundle.keys.slice(bundle.keys.length - count)
      const left = [el('count', { value: String(count) })]
      connection?.send(el('notification', { from: '@s.whatsapp.net', id: `pk${Date.now()}`, type: 'encrypt', t: '1' }, left))
    },
    /** Sends again what was confirmed already, as a server does that lost the confirmation. */
    again: ({ jid, id }) => device(jid).connection?.send(wire.message(id)),
    awaitPreKeys: ({ jid, count }) => soon(server, ['stanza'], () => device(jid).bundle.keys.length >= count, `${count} pre-keys of ${jid}`)
  }
}

/** Resolves once `look()` is true; looked at again after each of these events. */
const soon = (server, events, look, what) =>
  new Promise((resolve, reject) => {
    const timer = setTimeout(() => done(reject, new Error(`no ${what} within 20 s`)), 20_000)
    const done = (settle, value) => {
      clearTimeout(timer)
      for (const event of events) server.off(event, check)
      settle(value)
    }
    // After everything else that hears of it: what a query brings is there when it has been dealt with.
    const check = () => setImmediate(() => look() && done(resolve, null))
    for (const event of events) server.on(event, check)
    check()
  })

const fail = message => {
  throw new Error(message)
}
