// node contexts-check.mjs …/engine.mjs
//
// What is stored for a piece of work is where it was stored, and only there, however many connections there are; and what a promise has
// to carry does not grow with them.
import assert from 'node:assert'
import { AsyncLocalStorage, AsyncResource } from 'node:async_hooks'
import { setImmediate as moment, setTimeout as pause } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'

process.env.PAWL_PACKAGES = process.cwd()
const { B } = await import(pathToFileURL(process.argv[2]))

const one = new AsyncLocalStorage()
const other = new AsyncLocalStorage()
const both = () => [one.getStore(), other.getStore()]
const seen = []

assert.deepEqual(both(), [undefined, undefined])
const later = await one.run('a', async () => {
  await moment()
  assert.deepEqual(both(), ['a', undefined])
  const inner = other.run('b', async () => {
    await pause(1)
    assert.deepEqual(both(), ['a', 'b'])
    await one.run('c', async () => {
      await null
      assert.deepEqual(both(), ['c', 'b'])
      setImmediate(() => seen.push(both()))
      await one.exit(async () => {
        await null
        assert.deepEqual(both(), [undefined, 'b'])
      })
    })
    assert.deepEqual(both(), ['a', 'b'])
  })
  assert.deepEqual(both(), ['a', undefined])
  await inner
  return AsyncResource.bind(both)
})
await moment()
assert.deepEqual(both(), [undefined, undefined])
assert.deepEqual(later(), ['a', undefined])
assert.deepEqual(seen, [['c', 'b']])
assert.throws(() => one.run('d', () => assert.fail(one.getStore())), /d/)
assert.equal(one.run(1, (x, y) => x + y + one.getStore(), 2, 3), 6)

// As many as fifty connections have, in use all the time.
const state = { get: async () => ({}), set: async () => {} }
const logger = { trace() {}, debug() {}, info() {}, warn() {}, error() {} }
const stores = Array.from({ length: 50 }, () => B.addTransactionCapability(state, logger, { maxCommitRetries: 1, delayBetweenTriesMs: 0 }))
const carried = await Promise.all(
  stores.map(store =>
    store.transaction(async () => {
      await moment()
      assert.ok(store.isInTransaction())
      assert.equal(stores.filter(each => each.isInTransaction()).length, 1)
      return Object.getOwnPropertySymbols(new AsyncResource('check')).length
    }, 'me')
  )
)
const none = Object.getOwnPropertySymbols(new AsyncResource('check')).length
assert.ok(Math.max(...carried, none) < 10, `a promise carries ${Math.max(...carried, none)} properties`)
