// What becomes of the sessions with somebody of whom a message cannot be read, on a connection that has all of its parts.
import assert from 'node:assert'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { test } from 'node:test'
import { bridge } from './bridge.mjs'

const { B } = await bridge('engine.mjs')
const { Link } = await bridge('link.mjs')

const ANA = '22220000000002@lid'
const ADDRESS = '22220000000002_1.0'
const INTRODUCTION = 4
const LENGTH = 3

/** Asks twice for a message that could not be read: what became of the session, and what the requests carried. */
const askTwice = async (t, options) => {
  // The socket has somebody to talk to, who says nothing.
  const server = createServer(() => {}).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const sessions = new Map([[ADDRESS, { _sessions: {}, version: 'v1' }]])
  const ask = async (number, question, { type, ids, keys }) => {
    if (question === 'read') return type === 'session' ? ids.filter(id => sessions.has(id)).map(id => [id, sessions.get(id)]) : []
    for (const [type, id, value] of JSON.parse(keys?.text ?? '[]')) if (type === 'session') sessions.set(id, value)
  }
  const creds = { ...B.initAuthCreds(), me: { id: '6281200000001:2@s.whatsapp.net', lid: '22220000000001:2@lid' }, account: {} }
  const { socket, ...others } = options
  const { port } = server.address()
  const link = new Link({
    number: 1, creds, channel: { ask, send: () => {}, forget: () => {} }, options: { socket: { ...socket, waWebSocketUrl: `ws://127.0.0.1:${port}` }, ...others }
  })
  const { ws } = link.sock
  const { socket: real } = ws
  const frames = []
  ws.socket = { readyState: real.OPEN, send: (frame, done) => done(void frames.push(frame)) }
  t.after(() => {
    ws.socket = real
    link.end()
    link.sock.messageRetryManager.clear()
    real.terminate()
    server.close()
  })
  for (let i = 0; i < 2; i++) await link.sock.sendRetryRequest({ tag: 'message', attrs: { id: 'A', from: ANA, t: '1' }, content: [] })
  const requests = []
  for (const [i, frame] of frames.entries()) requests.push(await B.decodeBinaryNode(frame.subarray(LENGTH + (i ? 0 : INTRODUCTION))))
  assert.deepEqual(requests.map(({ content: [{ attrs: { count } }] }) => count), ['1', '2'])
  return { isKept: sessions.get(ADDRESS) !== null, hasKeys: requests.map(request => Boolean(B.getBinaryNodeChild(request, 'keys'))) }
}

test('they stay when it is asked for again, with keys for a new one', async t => {
  assert.deepEqual(await askTwice(t, {}), { isKept: true, hasKeys: [false, true] })
})

test('unless the application, or who has the mend switched off, has them deleted', async t => {
  assert.equal((await askTwice(t, { socket: { enableAutoSessionRecreation: true } })).isKept, false)
  assert.equal((await askTwice(t, { mends: { sessions: false } })).isKept, false)
})
