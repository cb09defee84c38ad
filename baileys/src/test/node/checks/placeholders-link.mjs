// A connection of which the parts know of each other.
import assert from 'node:assert'
import { test } from 'node:test'
import { bridge, never } from './bridge.mjs'

const { B } = await bridge('engine.mjs')
const { Link } = await bridge('link.mjs')

/** One that finds no server; what is looked at here is over before it knows. */
const link = () => {
  const channel = { ask: never, send: () => {}, forget: () => {} }
  return new Link({ number: 1, creds: B.initAuthCreds(), options: { socket: { waWebSocketUrl: 'ws://127.0.0.1:1' } }, channel })
}

const BAILEYS_WAITS = 3000

test('the phone is asked for what could not be read as soon as nothing waits', t => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const asked = []
  const names = new Map([['of one', link()], ['of one where something waits', link()]])
  names.get('of one where something waits').sock.ws.emit('CB:message', { tag: 'message', attrs: { id: 'A', offline: '0' }, content: [] })
  for (const [name, { sock }] of names) sock.messageRetryManager.schedulePhoneRequest('A', () => asked.push(name))
  for (let passed = 0; passed < BAILEYS_WAITS + 1000; passed += 50) t.mock.timers.tick(50)
  assert.deepEqual(asked, ['of one'])
  for (const { sock } of names.values()) sock.end()
})
