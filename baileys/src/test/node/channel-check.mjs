// node channel-check.mjs …/channel.mjs
//
// What may wait leaves together with what cannot, in the order of the calls, and alone when nothing comes; how much was read is said.
import assert from 'node:assert'
import { setImmediate as turn } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'

const { Channel } = await import(pathToFileURL(process.argv[2]))

const written = []
const framesOf = bytes => {
  const frames = []
  for (let at = 0; at < bytes.length; ) {
    const end = at + 4 + bytes.readUInt32BE(at)
    frames.push(JSON.parse(bytes.subarray(at + 4, end)))
    at = end
  }
  return frames
}
const json = { text: JSON.stringify, parse: JSON.parse }
const served = []
const channel = new Channel({ output: bytes => written.push(framesOf(bytes)), json, serve: message => served.push(message) })
const frame = (message, length = 0) => {
  const body = Buffer.from(JSON.stringify(message).padEnd(length))
  const head = Buffer.alloc(4)
  head.writeUInt32BE(body.length)
  return Buffer.concat([head, body])
}

// As a message of ours leaves: its copy may wait for its ratchets, which follow when all that runs is through.
const own = Promise.resolve().then(() => channel.ask(7, 'own', { message: 'm' }, { mayWait: true }))
Promise.resolve().then(() => Promise.resolve()).then(() => process.nextTick(() => channel.ask(7, 'write', { keys: [] }).catch(() => {})))
await turn()
assert.deepStrictEqual(written.splice(0), [[{ l: 7, i: 1, ask: 'own', message: 'm' }, { l: 7, i: 2, ask: 'write', keys: [] }]])
channel.receive(frame({ a: 1, ok: 'stored' }))
assert.strictEqual(await own, 'stored')

channel.send({ l: 7, n: 1, event: 'alone' }, { mayWait: true })
assert.deepStrictEqual(written, [])
await turn()
await turn()
assert.deepStrictEqual(written.splice(0), [[{ l: 7, n: 1, event: 'alone' }]])

// So far it has read too little to say so. Of what comes in pieces each piece counts.
let got = frame({ a: 1, ok: 'stored' }).length
const long = frame({ tell: 'x' }, 3000)
channel.receive(long.subarray(0, 1500))
got += 1500
channel.send({ tell: 'a' })
await turn()
channel.receive(long.subarray(1500))
got += long.length - 1500
channel.send({ tell: 'b' })
await turn()
channel.send({ tell: 'c' })
await turn()
assert.deepStrictEqual(written.splice(0), [
  [{ tell: 'a' }, { got: got - (long.length - 1500) }],
  [{ tell: 'b' }, { got }],
  [{ tell: 'c' }]
])
assert.deepStrictEqual(served, [{ tell: 'x' }])
