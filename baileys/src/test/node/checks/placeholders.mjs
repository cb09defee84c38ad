// What our own phone is asked for, when a message could not be read.
import assert from 'node:assert'
import { test } from 'node:test'
import { bridge } from './bridge.mjs'

const { B } = await bridge('engine.mjs')
const { askThePhoneLast } = await bridge('placeholders.mjs')

const silent = { level: 'silent', child: () => silent, trace() {}, debug() {}, info() {}, warn() {}, error() {} }
const BAILEYS_WAITS = 3000

/** Baileys' own, on a clock that the test moves, and what the phone was asked for; `waits` is whether something does. */
const connection = t => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const it = { asked: [], waits: true, manager: new B.MessageRetryManager(silent, 5) }
  askThePhoneLast(it.manager, { isOver: () => !it.waits })
  it.unreadable = id => it.manager.schedulePhoneRequest(id, () => it.asked.push(id))
  // In steps, or what is set by something that is due would be late.
  it.pass = millis => {
    for (let passed = 0; passed < millis; passed += 50) t.mock.timers.tick(50)
  }
  t.after(() => it.manager.clear())
  return it
}

test('is nothing as long as something waits, and nothing that was read by then', t => {
  const it = connection(t)
  const ids = Array.from({ length: 20 }, (_, i) => `id ${i}`)
  ids.forEach(it.unreadable)
  it.pass(60_000)
  assert.deepEqual(it.asked, [])
  // What comes again is read when its turn has come.
  for (const id of ids.slice(0, 19)) it.manager.cancelPendingPhoneRequest(id)
  it.waits = false
  it.pass(10_000)
  assert.deepEqual(it.asked, ['id 19'])
})

test('is one after the other', t => {
  const it = connection(t)
  for (let i = 0; i < 100; i++) it.unreadable(i)
  it.waits = false
  it.pass(BAILEYS_WAITS + 1000)
  assert.equal(it.asked.length, 4)
  it.waits = true
  it.pass(5000)
  assert.equal(it.asked.length, 4)
  it.waits = false
  it.pass(24_000)
  assert.deepEqual(it.asked, Array.from({ length: 100 }, (_, i) => i))
})

test('is what was asked for meanwhile once more only then', t => {
  const it = connection(t)
  it.unreadable('a')
  it.pass(BAILEYS_WAITS + 100)
  it.unreadable('a')
  it.waits = false
  it.pass(BAILEYS_WAITS - 100)
  assert.deepEqual(it.asked, [])
  it.pass(1000)
  assert.deepEqual(it.asked, ['a'])
})

test('is nothing once the connection has ended', t => {
  const it = connection(t)
  it.unreadable('a')
  it.pass(BAILEYS_WAITS + 100)
  it.manager.clear()
  it.waits = false
  it.pass(10_000)
  assert.deepEqual(it.asked, [])
})
