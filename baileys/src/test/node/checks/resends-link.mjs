// What a connection tries again, with the socket of Baileys.
import assert from 'node:assert'
import { test } from 'node:test'
import { bridge, idle, never } from './bridge.mjs'

const { B } = await bridge('engine.mjs')
const { Link } = await bridge('link.mjs')

const ANA = '22220000000002@lid'

/** One that finds no server, and whose frames go nowhere. */
const link = () => {
  const channel = { ask: never, send: () => {}, forget: () => {} }
  return new Link({ number: 1, creds: B.initAuthCreds(), options: { socket: { waWebSocketUrl: 'ws://127.0.0.1:1' } }, channel })
}

test('what is asked for again is known also after the first attempt', t => {
  const { sock } = link()
  t.after(() => sock.end())
  const { messageRetryManager: manager } = sock
  manager.addRecentMessage(ANA, 'A', { conversation: 'of A' })
  assert.ok(manager.getRecentMessage(ANA, 'A'))
  manager.markRetrySuccess('A')
  assert.equal(manager.getRecentMessage(ANA, 'A').message.conversation, 'of A')
  manager.markRetrySuccess('B')
  assert.equal(manager.getRecentMessage(ANA, 'B'), undefined)
})

test('a receipt is confirmed with the socket', async t => {
  const { sock, resends } = link()
  t.after(() => sock.end())
  const confirmed = []
  sock.sendMessageAck = typeof sock.sendMessageAck === 'function' && (async receipt => void confirmed.push(receipt))
  const receipt = { tag: 'receipt', attrs: { id: 'A', from: ANA, type: 'retry' } }
  resends.confirm(receipt)
  await idle()
  assert.deepEqual(confirmed, [receipt])
})
