// node --expose-gc turns-check.mjs …/mends.mjs
//
// Looks at the order that libsignal keeps with one peer, as the bridge mends it: that of each account by itself, and nothing of what is
// through is kept while more waits.
import assert from 'node:assert'
import { setImmediate as moment } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'

process.env.PAWL_PACKAGES = process.cwd()
const bridge = pathToFileURL(process.argv[2])
const { mend } = await import(bridge)
const { signal } = await import(new URL('engine.mjs', bridge))
mend({ verify: false, trials: false })

const SessionCipher = signal('libsignal/src/session_cipher.js')
const ProtocolAddress = signal('libsignal/src/protocol_address.js')
const account = () => {
  const storage = {}
  return peer => new SessionCipher(storage, new ProtocolAddress(peer, 0))
}
const mine = account()
const theirs = account()

// One account's work with somebody takes long: another account's does not wait for it, its own does, in order and whatever fails.
let goOn
const order = []
const first = mine('ana').queueJob(() => new Promise(resolve => (goOn = resolve)))
const second = mine('ana').queueJob(async () => {
  order.push('second')
  throw new Error('for the test')
})
const third = mine('ana').queueJob(async () => order.push('third'))
assert.equal(await theirs('ana').queueJob(async () => 'theirs'), 'theirs')
assert.equal(await mine('budi').queueJob(async () => 'another peer'), 'another peer')
assert.deepEqual(order, [])
goOn('first')
assert.equal(await first, 'first')
await assert.rejects(second, /for the test/)
await third
assert.deepEqual(order, ['second', 'third'])

// There is always more that waits.
const results = []
let last
for (let i = 0; i < 500; i++) {
  const job = mine('ana').queueJob(async () => {
    await moment()
    const result = { plaintext: Buffer.alloc(1000) }
    results.push(new WeakRef(result))
    return result
  })
  await last
  last = job.then(() => {})
}
await moment()
global.gc()
const kept = results.filter(each => each.deref()).length
assert.ok(kept < 10, `${kept} results of ${results.length} are kept`)
await last
