// What our own phone is asked for, when a message could not be read.
import assert from 'node:assert'
import { test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { bridge } from './bridge.mjs'

const { B } = await bridge('engine.mjs')
const { askThePhoneLast } = await bridge('placeholders.mjs')

const silent = { level: 'silent', child: () => silent, trace() {}, debug() {}, info() {}, warn() {}, error() {} }
const BAILEYS_WAITS = 3000

/** Baileys' own, on a clock that the test moves, and what the phone was asked for; `waits` is whether something does. */
const connection = t => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const it = { asked: [], waits: true, manager: new B.MessageRetryManager(silent, 5) }
  askThePhoneLast(it.manager, { isOver: () => !it.waits }, async work => work())
  it.unreadable = (id, asking = async () => {}) => it.manager.schedulePhoneRequest(id, () => (it.asked.push(id), asking()))
  // In steps, or what is set by something that is due would be late.
  it.pass = async (millis, step = 50) => {
    for (let passed = 0; passed < millis; passed += step) {
      t.mock.timers.tick(step)
      await turn()
    }
  }
  t.after(() => it.manager.clear())
  return it
}

test('is nothing as long as something waits, and nothing that was read by then', async t => {
  const it = connection(t)
  const ids = Array.from({ length: 20 }, (_, i) => `id ${i}`)
  ids.forEach(id => it.unreadable(id))
  await it.pass(60_000)
  assert.deepEqual(it.asked, [])
  // What comes again is read when its turn has come.
  for (const id of ids.slice(0, 19)) it.manager.cancelPendingPhoneRequest(id)
  it.waits = false
  await it.pass(10_000)
  assert.deepEqual(it.asked, ['id 19'])
})

test('is one after the other', async t => {
  const it = connection(t)
  for (let i = 0; i < 100; i++) it.unreadable(i)
  it.waits = false
  await it.pass(BAILEYS_WAITS + 1000)
  assert.equal(it.asked.length, 4)
  it.waits = true
  await it.pass(5000)
  assert.equal(it.asked.length, 4)
  it.waits = false
  await it.pass(24_000)
  assert.deepEqual(it.asked, Array.from({ length: 100 }, (_, i) => i))
})

test('is all of a long line within about a minute', async t => {
  const it = connection(t)
  it.waits = false
  for (let i = 0; i < 1000; i++) it.unreadable(i)
  await it.pass(BAILEYS_WAITS + 10_000, 20)
  assert.ok(it.asked.length < 200, `${it.asked.length} at once`)
  await it.pass(51_000, 20)
  assert.equal(it.asked.length, 1000)
  // The next is not in a hurry.
  for (let i = 0; i < 100; i++) it.unreadable(i)
  await it.pass(BAILEYS_WAITS + 1000)
  assert.equal(it.asked.length, 1004)
})

test('is no more than leaves, and goes on behind what failed', async t => {
  const it = connection(t)
  it.waits = false
  const fail = []
  for (let i = 0; i < 1000; i++) it.unreadable(i, () => (i < 10 ? Promise.reject(new Error('for the test')) : new Promise((_, reject) => fail.push(reject))))
  await it.pass(BAILEYS_WAITS + 20_000, 20)
  assert.ok(it.asked.length > 60 && it.asked.length < 80, `${it.asked.length} asked`)
  const before = it.asked.length
  fail.forEach(reject => reject(new Error('for the test')))
  await it.pass(1000, 20)
  assert.ok(it.asked.length > before)
})

test('is what was asked for meanwhile once more only then', async t => {
  const it = connection(t)
  it.unreadable('a')
  await it.pass(BAILEYS_WAITS + 100)
  it.unreadable('a')
  it.waits = false
  await it.pass(BAILEYS_WAITS - 100)
  assert.deepEqual(it.asked, [])
  await it.pass(1000)
  assert.deepEqual(it.asked, ['a'])
})

test('is nothing once the connection has ended', async t => {
  const it = connection(t)
  it.unreadable('a')
  await it.pass(BAILEYS_WAITS + 100)
  it.manager.clear()
  it.waits = false
  await it.pass(10_000)
  assert.deepEqual(it.asked, [])
})
