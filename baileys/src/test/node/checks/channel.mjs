// The child's end of the channel: what leaves together, and what is said of how much was read.
import assert from 'node:assert'
import { test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { bridge } from './bridge.mjs'

const { Channel } = await bridge('channel.mjs')

const framesOf = bytes => {
  const frames = []
  for (let at = 0; at < bytes.length; ) {
    const end = at + 4 + bytes.readUInt32BE(at)
    frames.push(JSON.parse(bytes.subarray(at + 4, end)))
    at = end
  }
  return frames
}

/** A frame, filled up to so many characters. */
const frame = (message, length = 0) => {
  const body = Buffer.from(JSON.stringify(message).padEnd(length))
  const head = Buffer.alloc(4)
  head.writeUInt32BE(body.length)
  return Buffer.concat([head, body])
}

const start = () => {
  const written = []
  const served = []
  const json = { text: JSON.stringify, parse: JSON.parse }
  const channel = new Channel({ output: bytes => written.push(framesOf(bytes)), json, serve: message => served.push(message) })
  return { channel, written, served }
}

test('a message of ours leaves together with its ratchets, which follow when all that runs is through', async () => {
  const { channel, written } = start()
  const own = Promise.resolve().then(() => channel.ask(7, 'own', { message: 'm' }, { mayWait: true }))
  Promise.resolve().then(() => Promise.resolve()).then(() => process.nextTick(() => channel.ask(7, 'write', { keys: [] }).catch(() => {})))
  await turn()
  assert.deepStrictEqual(written, [[{ l: 7, i: 1, ask: 'own', message: 'm' }, { l: 7, i: 2, ask: 'write', keys: [] }]])
  channel.receive(frame({ a: 1, ok: 'stored' }))
  assert.strictEqual(await own, 'stored')
})

test('what may wait leaves alone when nothing comes', async () => {
  const { channel, written } = start()
  channel.send({ l: 7, n: 1, event: 'alone' }, { mayWait: true })
  assert.deepStrictEqual(written, [])
  await turn()
  await turn()
  assert.deepStrictEqual(written, [[{ l: 7, n: 1, event: 'alone' }]])
})

test('how much was read is said beside something else, not for each frame, and counts pieces of frames', async () => {
  const { channel, written, served } = start()
  const long = frame({ tell: 'x' }, 3000)
  const said = async () => {
    channel.send({ tell: 'something' })
    await turn()
    return written.pop().filter(({ got }) => got !== undefined)
  }
  assert.deepStrictEqual(await said(), [])
  channel.receive(long.subarray(0, 1500))
  assert.deepStrictEqual(await said(), [{ got: 1500 }])
  channel.receive(long.subarray(1500, 2000))
  assert.deepStrictEqual(await said(), [])
  channel.receive(long.subarray(2000))
  assert.deepStrictEqual(await said(), [{ got: long.length }])
  assert.deepStrictEqual(served, [{ tell: 'x' }])
})
