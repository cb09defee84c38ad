// What the stand-in can be asked over its pipe.
import { makeCertificates } from './certs.mjs'
import { together } from './distinct.mjs'
import { closes, logins } from './faults.mjs'
import { askOperations } from './operations-asks.mjs'
import { groupOperations } from './operations-groups.mjs'
import { livesOperations } from './operations-lives.mjs'
import { peerOperations } from './operations-peers.mjs'
import { phoneOperations } from './operations-phone.mjs'
import { retryOperations } from './operations-retries.mjs'
import { el } from './stanza.mjs'

const SECONDS_TO_WAIT = 20

export const text = message =>
  message ? message.conversation || message.extendedTextMessage?.text || text(message.deviceSentMessage?.message) : null

const shown = ({ id, from, message, type, stanza }) => ({ id, from, text: text(message), kinds: Object.keys(message), type, to: stanza.attrs.recipient ?? null })

/** Resolves once `look()` gives something; looked at again after every stanza and every end of a connection. */
const eventually = (server, look, what) =>
  new Promise((resolve, reject) => {
    const events = ['stanza', 'routed', 'gone', 'live', 'link-code']
    const timer = setTimeout(() => done(reject, new Error(`no ${what} within ${SECONDS_TO_WAIT} s`)), SECONDS_TO_WAIT * 1000)
    const done = (settle, value) => {
      clearTimeout(timer)
      for (const event of events) server.off(event, check)
      settle(value)
    }
    const check = () => {
      const found = look()
      if (found) done(resolve, found === true ? null : found)
    }
    for (const event of events) server.on(event, check)
    check()
  })

export const operationsOf = server => {
  const people = new Map()
  let genuine
  const person = name => people.get(name) ?? fail(`nobody is called ${name}`)
  const device = jid => server.directory.device(jid) ?? fail(`no device ${jid}`)
  const deviceOfName = (name, id) => server.directory.account(person(name).pn).devices.get(id)
  const described = ({ id, pnJid, lidJid, bundle, queue, connection }) => ({
    id, jid: pnJid, lid: lidJid, preKeys: bundle.keys.length, queued: queue.size, connected: Boolean(connection), live: Boolean(connection?.live)
  })
  const mangled = bytes => Buffer.concat([bytes.subarray(0, -1), Buffer.from([bytes.at(-1) ^ 1])])

  const others = [
    askOperations({ person, device }),
    groupOperations({ server, person, device }),
    peerOperations({ server, people, person, device }),
    phoneOperations({ server, person, device }),
    retryOperations({ person, device }),
    livesOperations({ server, person, device })
  ]
  return together(...others, {
    // -- people
    phone: async fields => void people.set(fields.name, await server.addPhone(fields)),
    peer: async fields => void people.set(fields.name, await server.addPeer(fields)),
    group: ({ subject, owner, members }) =>
      server.directory.addGroup({ subject, owner: person(owner).pn, members: members.map(name => person(name).pn) }).jid,
    history: ({ history }) => void (server.history = history),

    // -- linking
    scan: async ({ phone, qr, forge, options }) => {
      const forged = forge && { forge: { [forge]: Buffer.alloc(forge === 'hmac' ? 32 : 64, 7) } }
      return described(await server.pairing.scan(person(phone), qr, { ...options, ...forged }))
    },
    enterCode: async ({ phone, code }) => {
      await eventually(server, () => server.pairing.asked(person(phone).pn), 'client that asks to be linked')
      return described(await server.pairing.enterCode(person(phone), code))
    },
    unpair: ({ jid }) => server.unpair(device(jid)),

    // -- messages
    send: ({ peer, to, text: conversation, jid, broken, ...options }) =>
      person(peer).send(person(to).pn, { conversation }, {
        ...(jid && { toDevice: device(jid).id }), ...(broken && { mangle: mangled }), ...options
      }),
    sendGroup: ({ peer, group, text: conversation }) =>
      person(peer).sendGroup(server.directory.groups.get(group), { conversation }),
    burst: async ({ peer, to, count, prefix = 'burst ', jid }) => {
      const ids = []
      for (let i = 0; i < count; i++) {
        ids.push(await person(peer).send(person(to).pn, { conversation: prefix + i }, jid ? { toDevice: device(jid).id } : {}))
      }
      return ids
    },
    inbox: ({ name }) => person(name).inbox.map(shown),
    failures: ({ name }) => person(name).failures.map(({ error }) => `${error.name}: ${error.message}`),
    receipts: ({ name }) => person(name).receipts.map(({ attrs }) => ({ id: attrs.id, type: attrs.type ?? null })),
    /** Waits for a message of this id or, without one, this text. */
    awaitMessage: async ({ name, id, text: wanted }) =>
      shown(await person(name).until(({ inbox }) => inbox.find(m => (id ? m.id === id : text(m.message) === wanted)), SECONDS_TO_WAIT * 1000, name)),
    /** Waits until so many messages came or failed to be read. */
    awaitCount: async ({ name, count }) => {
      const all = ({ inbox, failures }) => inbox.length + failures.length
      await person(name).until(p => all(p) >= count, SECONDS_TO_WAIT * 1000, name)
      return { read: person(name).inbox.length, unread: person(name).failures.length }
    },
    awaitReceipt: async ({ name, id }) =>
      void (await person(name).until(({ receipts }) => receipts.some(r => r.attrs.id === id), SECONDS_TO_WAIT * 1000, name)),
    retries: ({ name, on }) => void (person(name).asksForRetry = on),
    forget: ({ name, jid }) => person(name).forget(device(jid).lidJid),

    // -- measuring
    /** Encrypts messages for one device, then hands them over at once; gives the milliseconds until the last was confirmed. */
    flood: async ({ peer, to, jid, count }) => {
      const sender = person(peer)
      const { route } = sender.wire
      const held = []
      sender.wire.route = async (...stanza) => void held.push(stanza)
      for (let i = 0; i < count; i++) await sender.send(person(to).pn, { conversation: `in ${i}` }, { toDevice: device(jid).id })
      sender.wire.route = route
      const enough = sender.receipts.length + count
      const begin = performance.now()
      for (const stanza of held) await route(...stanza)
      await sender.until(({ receipts }) => receipts.length >= enough, 120_000, peer)
      return performance.now() - begin
    },
    /** The milliseconds until somebody has read so many messages more. */
    timeOf: async ({ name, count }) => {
      const begin = performance.now()
      const enough = person(name).inbox.length + count
      await person(name).until(({ inbox }) => inbox.length >= enough, 120_000, name)
      return performance.now() - begin
    },
    /** The milliseconds from each message to its echo, one after the other. */
    pings: async ({ peer, to, jid, count }) => {
      const times = []
      for (let i = 0; i < count; i++) {
        const enough = person(peer).inbox.length + 1
        const begin = performance.now()
        await person(peer).send(person(to).pn, { conversation: `ping ${i}` }, { toDevice: device(jid).id })
        await person(peer).until(({ inbox }) => inbox.length >= enough, SECONDS_TO_WAIT * 1000, peer)
        times.push(performance.now() - begin)
      }
      return times
    },

    // -- faults
    close: ({ jid, how, ...details }) => closes[how](device(jid).connection ?? fail(`${jid} is not connected`), details),
    /** What the next logins meet, until another is named; null ends it. */
    logins: ({ how, ...details }) => {
      server.onLogin = how ? connection => logins[how](connection, details) : undefined
    },
    upgrades: ({ status }) => void (server.upgradeStatus = status ?? undefined),
    /** The chain of certificates of the next connections is signed by nobody that a client trusts. */
    forgedCertificate: ({ on }) => {
      genuine ??= server.certificates
      server.certificates = on ? makeCertificates({ root: genuine.root, badSignature: true }) : genuine
    },
    deaf: ({ on }) => void (server.deaf = on),
    /** The process of the client dies at the moment its next message is here, before anything comes of it. */
    killOnMessage: ({ pid }) => {
      server.onMessage = connection => {
        server.onMessage = undefined
        process.kill(pid, 'SIGKILL')
        return void connection
      }
    },
    lowOnPreKeys: ({ jid }) => {
      const left = [el('count', { value: '2' })]
      device(jid).connection.send(el('notification', { from: '@s.whatsapp.net', id: `pk${Date.now()}`, type: 'encrypt', t: '1' }, left))
    },

    // -- looking
    device: ({ jid }) => described(device(jid)),
    devices: ({ name }) => [...server.directory.account(person(name).pn).devices.values()].map(described),
    awaitLive: async ({ jid }) => void (await eventually(server, () => server.directory.device(jid)?.connection?.live, `${jid} on line`)),
    awaitGone: async ({ jid }) => void (await eventually(server, () => !server.directory.device(jid)?.connection, `end of ${jid}`)),
    awaitEmptyQueue: async ({ jid }) => void (await eventually(server, () => device(jid).queue.size === 0, `confirmation of everything by ${jid}`)),
    routingInfo: ({ jid }) => device(jid).connection?.noise.routingInfo?.toString('base64') ?? null,
    /** What it did not know or could not deal with since this was last asked. */
    surprises: () => server.surprises.splice(0),
    log: ({ on }) => void (server.log = on ? [] : undefined),
    stanzas: () => (server.log ?? []).map(({ direction, node, device: of }) => ({ direction, tag: node.tag, attrs: node.attrs, device: of ?? null }))
  })
}

const fail = message => {
  throw new Error(message)
}
