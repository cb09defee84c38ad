// What Baileys keeps together before it says it.
import assert from 'node:assert'
import { mock, test } from 'node:test'
import { bridge, never } from './bridge.mjs'

const { B } = await bridge('engine.mjs')
const { Link } = await bridge('link.mjs')
const { ERROR, SERVER_ACK, DELIVERY_ACK, READ, PLAYED } = B.proto.WebMessageInfo.Status
const { FULL, RECENT } = B.proto.HistorySync.HistorySyncType

const KEY = { remoteJid: '22220000000002@lid', fromMe: true, id: 'A' }
const PATIENCE_MILLIS = 1500

const changed = (update, key = KEY) => ['messages.update', [{ key, update }]]
const came = (message, others) => ['messages.upsert', { type: 'append', messages: [{ key: KEY, message, ...others }] }]
const allHasCome = ev => ev.emit('connection.update', { receivedPendingNotifications: true })
const statuses = said => said.flat().map(({ update }) => update.status)

/** A link that finds no server, and what it tells the JVM. */
const listening = work => async ({ mock: { timers } }) => {
  timers.enable({ apis: ['setTimeout'] })
  const said = []
  const channel = { ask: never, send: ({ event, data }) => /^messag(es\.|ing-history\.set)/.test(event) && said.push(JSON.parse(data.text)), forget: () => {} }
  const { sock } = new Link({ number: 1, creds: B.initAuthCreds(), options: { socket: { waWebSocketUrl: 'ws://127.0.0.1:1' } }, channel })
  try {
    await work(sock.ev, said, timers)
  } finally {
    sock.end()
  }
}

// ---- of two statuses the one that is further

test('a status that comes with one that is further does not take its place', listening(async (ev, said) => {
  ev.buffer()
  ev.emit(...changed({ status: DELIVERY_ACK }))
  ev.emit(...changed({ status: SERVER_ACK, starred: true }))
  ev.flush()
  assert.deepEqual(said, [[{ key: KEY, update: { status: DELIVERY_ACK, starred: true } }]])
}))

test('an error takes the place of what was only sent, and of nothing else', listening(async (ev, said) => {
  ev.buffer()
  for (const status of [SERVER_ACK, ERROR, SERVER_ACK]) ev.emit(...changed({ status }))
  const other = { ...KEY, id: 'B' }
  ev.emit(...changed({ status: READ }, other))
  ev.emit(...changed({ status: ERROR, messageStubParameters: ['463'] }, other))
  ev.flush()
  assert.deepEqual(said, [[{ key: KEY, update: { status: ERROR } }, { key: other, update: { status: READ } }]])
}))

test('a status does not take the place of that with which its message came', listening(async (ev, said) => {
  ev.buffer()
  ev.emit(...came({ conversation: 'x' }, { status: DELIVERY_ACK }))
  ev.emit(...changed({ status: SERVER_ACK }))
  ev.flush()
  assert.deepEqual(said.flatMap(({ messages }) => messages.map(({ status }) => status)), [DELIVERY_ACK])
}))

test('a status does not take the place of that in a history', listening(async (ev, said) => {
  ev.buffer()
  const message = { key: KEY, status: READ, message: { conversation: 'x' } }
  ev.emit('messaging-history.set', { chats: [], contacts: [], messages: [message], syncType: RECENT })
  ev.emit(...changed({ status: SERVER_ACK }))
  ev.flush()
  assert.deepEqual(said.flatMap(({ messages }) => messages.map(({ status }) => status)), [READ])
}))

test('what others wrote is as far as Baileys says', listening(async (ev, said) => {
  const hers = { ...KEY, fromMe: false }
  ev.buffer()
  ev.emit(...changed({ status: PLAYED }, hers))
  ev.emit(...changed({ status: READ }, hers))
  ev.flush()
  assert.deepEqual(statuses(said), [READ])
}))

test('what was said is not held against what comes later', listening(async (ev, said) => {
  ev.emit(...changed({ status: READ }))
  ev.emit(...changed({ status: SERVER_ACK }))
  ev.buffer()
  ev.emit(...changed({ status: SERVER_ACK }))
  ev.flush()
  assert.deepEqual(statuses(said), [READ, SERVER_ACK, SERVER_ACK])
}))

// ---- in time

test('nothing waits for a history that came before Baileys looked for it', listening(async (ev, said, timers) => {
  allHasCome(ev)
  ev.emit(...changed({ status: ERROR }))
  timers.tick(PATIENCE_MILLIS)
  assert.deepEqual(statuses(said), [ERROR])
}))

test('what is kept is said although Baileys takes itself to be about to say it', listening(async (ev, said, timers) => {
  allHasCome(ev)
  let isOver
  const slow = ev.createBufferedFunction(() => new Promise(resolve => (isOver = resolve)))()
  ev.flush()
  isOver()
  await slow
  timers.tick(PATIENCE_MILLIS)
  await ev.createBufferedFunction(async () => ev.emit(...changed({ status: ERROR })))()
  timers.tick(PATIENCE_MILLIS)
  assert.deepEqual(statuses(said), [ERROR])
}))

test('what waited for us is said as a whole', listening(async (ev, said, timers) => {
  ev.buffer()
  ev.emit(...changed({ status: SERVER_ACK }))
  timers.tick(PATIENCE_MILLIS)
  assert.deepEqual(said, [])
  ev.emit(...changed({ status: READ }))
  ev.flush()
  assert.deepEqual(statuses(said), [READ])
}))

const history = syncType => ({ protocolMessage: { historySyncNotification: { syncType } } })
const OTHER = { ...KEY, id: 'B' }

test('the first history is said with the state that belongs to it', listening(async (ev, said, timers) => {
  allHasCome(ev)
  ev.emit(...came(history(RECENT)))
  ev.emit(...changed({ status: SERVER_ACK }, OTHER))
  timers.tick(PATIENCE_MILLIS)
  assert.deepEqual(said, [])
  ev.emit('creds.update', { accountSyncCounter: 1 })
  ev.emit(...changed({ status: READ }, OTHER))
  timers.tick(PATIENCE_MILLIS)
  assert.deepEqual(statuses(said.slice(1)), [READ])
}))

test('nothing waits for the state that belongs to a history which Baileys leaves alone', listening(async (ev, said, timers) => {
  allHasCome(ev)
  ev.emit(...came(history(FULL)))
  ev.emit(...changed({ status: ERROR }, OTHER))
  timers.tick(PATIENCE_MILLIS)
  assert.deepEqual(statuses(said.slice(1)), [ERROR])
}))

test('nothing waits for long for a state that does not come', listening(async (ev, said, timers) => {
  allHasCome(ev)
  ev.emit(...came(history(RECENT)))
  const now = performance.now()
  mock.method(performance, 'now', () => now + 31_000)
  try {
    ev.emit(...changed({ status: ERROR }, OTHER))
    timers.tick(PATIENCE_MILLIS)
  } finally {
    mock.restoreAll()
  }
  assert.deepEqual(statuses(said.slice(1)), [ERROR])
}))

test('what is worked on while other things were kept is not cut', listening(async (ev, said, timers) => {
  allHasCome(ev)
  for (let n = 0; n < 10; n++) {
    ev.buffer()
    ev.emit(...changed({ status: SERVER_ACK }, { ...KEY, id: `${n}` }))
    timers.tick(PATIENCE_MILLIS / 5)
    ev.emit(...changed({ status: READ }, { ...KEY, id: `${n}` }))
    ev.flush()
  }
  assert.deepEqual(statuses(said), Array(10).fill(READ))
}))
