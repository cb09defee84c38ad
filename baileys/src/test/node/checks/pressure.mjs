// When a connection is read from, and when what comes has to wait in the network.
import assert from 'node:assert'
import { test } from 'node:test'
import { bridge } from './bridge.mjs'

const { Pressure, SMALL } = await bridge('pressure.mjs')

const MIB = 1024 * 1024
const MOST_STANZAS = 128
const MOST_FOR_AN_ANSWER = 4096
const MOST_EVENTS_FOR_AN_ANSWER = 8192

/** A connection on which nothing that came is finished before it is told so. */
const start = () => {
  const socket = { OPEN: 1, readyState: 1, isRead: true, pause: () => (socket.isRead = false), resume: () => (socket.isRead = true) }
  const pressure = new Pressure(() => socket, () => {})
  const underWay = []
  return {
    pressure,
    socket,
    /** So many stanzas come, unless it is not read from any more; gives how many did. */
    come: (count, weight) => {
      let came = 0
      for (; came < count && socket.isRead; came++) pressure.during(() => new Promise(finish => underWay.push(finish)), weight)
      return came
    },
    finish: async count => {
      for (const finish of underWay.splice(0, count)) finish()
      await new Promise(setImmediate)
    }
  }
}

test('while nothing is asked it is read until enough is under way, and again when half of that is done', async () => {
  const { socket, come, finish } = start()
  assert.equal(come(10_000), MOST_STANZAS + 1)
  await finish(MOST_STANZAS / 2)
  assert.equal(socket.isRead, false)
  await finish(2)
  assert.equal(socket.isRead, true)
})

test('an answer is read for behind what waits', () => {
  const { pressure, socket, come } = start()
  come(10_000)
  pressure.expect(1)
  assert.equal(socket.isRead, true)
  pressure.expect(-1)
  assert.equal(socket.isRead, false)
})

test('so is the answer to a question that comes when the one before was answered', async () => {
  const { pressure, socket, come, finish } = start()
  pressure.expect(1)
  come(2500)
  pressure.expect(-1)
  assert.equal(socket.isRead, false)
  pressure.expect(1)
  assert.equal(socket.isRead, true, 'nothing may ever be done without it')
  assert.equal(come(10_000), MOST_FOR_AN_ANSWER + 1 - 2500)
  await finish(1000)
  assert.equal(socket.isRead, false, 'half of it has to be done')
})

test('not even for an answer is read without bound', async () => {
  const { pressure, socket, come, finish } = start()
  pressure.expect(1)
  assert.equal(come(100_000), MOST_FOR_AN_ANSWER + 1)
  pressure.expect(1)
  assert.equal(socket.isRead, false, 'also when another answer is waited for')
  await finish(MOST_FOR_AN_ANSWER / 2 + 2)
  assert.equal(socket.isRead, true, 'what came was worked on meanwhile')
})

test('receipts count as well, and for less', () => {
  const { pressure, come } = start()
  assert.equal(come(100_000, SMALL), MOST_STANZAS / SMALL + 1)
  pressure.expect(1)
  assert.equal(come(100_000, SMALL), (MOST_FOR_AN_ANSWER - MOST_STANZAS) / SMALL)
})

test('the same holds for events that the JVM does not take', () => {
  const flood = (size, most) => {
    const { pressure, socket } = start()
    pressure.expect(1)
    let n = 0
    while (socket.isRead && n < 100_000) pressure.weigh((n = pressure.sent()), size)
    assert.equal(n, most)
    pressure.taken(n)
    assert.equal(socket.isRead, true)
  }
  flood(100, MOST_EVENTS_FOR_AN_ANSWER + 1)
  flood(MIB, 65)
})
