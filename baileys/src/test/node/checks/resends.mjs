// Messages of ours that are asked for again: how often, and what becomes of a request that cannot be met yet.
import assert from 'node:assert'
import { EventEmitter } from 'node:events'
import { test } from 'node:test'
import { bridge, idle } from './bridge.mjs'

const { B } = await bridge('engine.mjs')
const { watchQuestions } = await bridge('guards.mjs')
const { Resends } = await bridge('resends.mjs')

const ANA = '22220000000002@lid'
const UNANSWERED = new Error('the server did not answer')
let accounts = 0

/** A connection of an account, with what Baileys does when it is asked for a message again. */
const connect = (account = `6281200000${++accounts}:2@s.whatsapp.net`) => {
  const it = { account, sent: [], tried: 0, confirmed: [], begun: [], warned: [], troubles: [], failure: undefined, isEnded: false }
  const logger = { error: () => {}, warn: text => it.warned.push(text) }
  it.resends = new Resends({ account, deliver: node => it.isEnded || it.come(node), confirm: node => it.confirmed.push(node.attrs), trouble: what => it.troubles.push(what) })
  it.resends.listenTo(logger)
  const { counts } = it.resends
  const mayBe = async name => ((await counts.get(name)) || 0) < 5
  const count = async name => counts.set(name, ((await counts.get(name)) || 0) + 1)
  const sendAgain = async (id, participant) => {
    if (!(await mayBe(`${id}:${participant}`))) return
    await count(`${id}:${participant}`)
    it.tried++
    if (it.failure) throw it.failure
    it.sent.push(id)
  }
  let last = Promise.resolve()
  const inTurn = work => (last = last.then(work))
  it.come = it.resends.around(async node => {
    const { id, from, participant = from, type } = node.attrs
    it.begun.push(node.attrs)
    await inTurn(async () => {
      if (type !== 'retry' || !(await mayBe(`${id}:${participant}`))) return
      await count(`${id}:${participant}`)
      await sendAgain(id, participant).catch(error => {
        logger.error({ key: { participant }, ids: [id], trace: error.stack }, 'error in sending message again')
      })
    })
    try {
      it.confirmed.push({ class: node.tag, id, from })
    } catch {
      // It is not.
    }
  })
  it.asked = (id, attrs) => it.come({ tag: 'receipt', attrs: { id, from: ANA, type: 'retry', ...attrs }, content: [] })
  return it
}

test('a device may ask five times for a message, and others as often', async () => {
  const it = connect()
  for (let i = 0; i < 7; i++) await it.asked('A')
  assert.deepEqual(it.sent, Array(5).fill('A'))
  await it.asked('B')
  await it.asked('A', { from: '12036300000@g.us', participant: '22220000000002:1@lid' })
  assert.deepEqual(it.sent.slice(5), ['B', 'A'])
  assert.deepEqual(it.confirmed.length, 9)
})

test('other receipts pass as they are', async () => {
  const seen = []
  const receipt = { tag: 'receipt', attrs: { id: 'A', from: ANA } }
  connect().resends.around(node => seen.push(node))(receipt)
  assert.equal(seen[0], receipt)
})

test('it is looked at when Baileys looks at it', () => {
  let isLookedAt = false
  const attrs = { id: 'A', from: ANA, type: 'retry' }
  const receipt = { tag: 'receipt', attrs, get content() { return (isLookedAt = true) } }
  const seen = []
  connect().resends.around(node => seen.push(node))(receipt)
  assert.equal(isLookedAt, false)
  assert.deepEqual([seen[0].attrs, seen[0].content], [attrs, true])
})

test('how often we ask somebody is counted in the same place, as it is', () => {
  const { counts } = connect().resends
  counts.set('theirs:undefined', 1)
  counts.set('theirs:undefined', 2)
  assert.equal(counts.get('theirs:undefined'), 2)
  counts.del('theirs:undefined')
  assert.equal(counts.get('theirs:undefined'), undefined)
})

test('what cannot be sent for want of an answer is not confirmed, and sent a moment later', async t => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const it = connect()
  it.failure = UNANSWERED
  await it.asked('A')
  assert.deepEqual([it.sent, it.confirmed], [[], []])
  assert.match(it.warned[0], /A was asked for again.*did not answer/)
  it.failure = undefined
  t.mock.timers.tick(5000)
  await idle()
  assert.deepEqual([it.sent, it.confirmed], [['A'], [{ class: 'receipt', id: 'A', from: ANA }]])
  for (let i = 0; i < 6; i++) await it.asked('A')
  assert.equal(it.sent.length, 5, 'what failed does not count')
})

test('no answer is what a question gets that nobody answers', t => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const sock = { ws: new EventEmitter() }
  watchQuestions(sock, { pressure: { expect() {} }, longestMs: 1000 })
  let answer
  sock.ws.on('TAG:1', node => (answer = node))
  t.mock.timers.tick(1000)
  assert.throws(() => B.assertNodeErrorFree(answer), UNANSWERED)
})

test('what waited for us does so no more when it is tried again', async t => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const it = connect()
  it.failure = UNANSWERED
  await it.asked('A', { offline: '1' })
  t.mock.timers.tick(6250)
  await idle()
  const { offline, ...attrs } = it.begun[0]
  assert.equal(offline, '1')
  assert.deepEqual(it.begun[1], attrs, 'else all that waits would wait for the answer as well')
})

test('what is still not possible is left to the next connection, and given up after nine times', async t => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const connection = async account => {
    const it = connect(account)
    it.failure = UNANSWERED
    await it.asked('A')
    for (let i = 0; i < 10; i++) {
      t.mock.timers.tick(60_000)
      await idle()
    }
    it.resends.end()
    return it
  }
  const first = await connection()
  const second = await connection(first.account)
  assert.deepEqual([first.warned.length, first.confirmed, second.warned.length, second.confirmed], [4, [], 4, []])
  const third = await connection(first.account)
  assert.deepEqual([third.confirmed.length, third.troubles.length], [1, 1])
  assert.match(third.troubles[0], /^A was asked for again/)
})

test('on a connection that lives on it is given up after half an hour', async t => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const it = connect()
  it.failure = UNANSWERED
  await it.asked('A')
  const tried = []
  for (let seconds = 5; seconds < 7200; seconds += 5) {
    t.mock.timers.tick(5000)
    await idle()
    if (it.begun.length > tried.length + 1) tried.push(seconds)
  }
  assert.deepEqual(tried, [5, 65, 365, 1565])
  assert.deepEqual([it.confirmed.length, it.troubles.length], [1, 1], 'else the server kept it for as long')
})

test('when the server was asked for too much, one is tried after the other, and after minutes', async t => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const it = connect()
  it.failure = new Error('rate-overlimit')
  const minutes = async count => {
    const before = it.begun.length
    for (let i = 0; i < count * 10; i++) {
      t.mock.timers.tick(6000)
      await idle()
    }
    return it.begun.length - before
  }
  const phones = Array.from({ length: 200 }, (_, i) => `${i}@lid`)
  await Promise.all(phones.slice(0, 150).map(from => it.asked('A', { from })))
  for (const from of phones.slice(150)) await it.asked('A', { from })
  assert.equal(it.begun.length, 150, 'who asks meanwhile has to wait as well')
  assert.equal(await minutes(0.9), 0)
  assert.equal(await minutes(0.6), 1)
  assert.equal(await minutes(1.3), 0)
  assert.ok((await minutes(60)) < 8, 'longer each time')
  it.failure = undefined
  assert.ok((await minutes(60)) >= 200)
  assert.equal(it.confirmed.length, 200)
  assert.equal(new Set(it.begun.slice(-200).map(({ from }) => from)).size, 200)
  assert.deepEqual(it.troubles, [])
  await it.asked('B')
  assert.equal(it.confirmed.length, 201)
})

test('what was under way when the first of it was too much asks for nothing more, and loses nothing', async t => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const it = connect()
  it.failure = new Error('rate-overlimit')
  const phones = Array.from({ length: 200 }, (_, i) => `${i}@lid`)
  await Promise.all([...phones, ...phones.slice(50, 150)].map(from => it.asked('A', { from })))
  assert.deepEqual([it.tried, it.warned.length, it.confirmed], [1, 1, []])
  it.failure = undefined
  for (let i = 0; i < 1000; i++) {
    t.mock.timers.tick(1000)
    await idle()
  }
  assert.equal(it.tried, 201)
  assert.equal(it.sent.length, 200)
  assert.equal(new Set(it.confirmed.map(({ from }) => from)).size, 200)
  assert.deepEqual(it.troubles, [])
  await it.asked('A', { from: phones[0] })
  assert.equal(it.sent.length, 201, 'what comes later comes at once')
})

test('what a device asked before is over when a later request of it was served', async t => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const it = connect()
  it.failure = UNANSWERED
  await it.asked('A')
  await it.asked('A', { from: '12036300000@g.us', participant: ANA })
  await it.asked('A', { from: '12036300001@g.us', participant: ANA })
  await it.asked('B')
  it.failure = undefined
  await it.asked('A')
  for (let i = 0; i < 60; i++) {
    t.mock.timers.tick(6000)
    await idle()
  }
  assert.deepEqual(it.sent, ['A', 'B'])
  assert.deepEqual(it.confirmed.map(({ id, from }) => [id, from]), [['A', '12036300000@g.us'], ['A', '12036300001@g.us'], ['A', ANA], ['B', ANA]])
})

test('what failed together is not tried again together', async t => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const it = connect()
  it.failure = UNANSWERED
  for (let i = 0; i < 10; i++) await it.asked('A', { from: `${i}@lid` })
  it.failure = undefined
  t.mock.timers.tick(5000)
  await idle()
  assert.equal(it.confirmed.length, 1)
  for (let i = 0; i < 18; i++) {
    t.mock.timers.tick(1000)
    await idle()
  }
  assert.equal(it.confirmed.length, 10)
})

test('what is in no history is kept until it was sent', async t => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const it = connect()
  const recent = new Map([['A', { message: 'of A' }]])
  const manager = { getRecentMessage: (to, id) => (to === ANA ? recent.get(id) : undefined) }
  it.resends.keepContents(manager)
  const asked = async attrs => {
    assert.equal(manager.getRecentMessage(ANA, 'A')?.message, 'of A')
    recent.delete('A')
    await it.asked('A', attrs)
  }
  it.failure = UNANSWERED
  await asked()
  await asked({ participant: '22220000000002:1@lid' })
  it.failure = undefined
  await asked()
  assert.equal(manager.getRecentMessage(ANA, 'A').message, 'of A', 'another device still waits for it')
  assert.equal(manager.getRecentMessage('somebody@lid', 'A'), undefined)
  await asked({ participant: '22220000000002:1@lid' })
  assert.equal(manager.getRecentMessage(ANA, 'A'), undefined)
})

test('also for another device that asked meanwhile', async () => {
  const { resends } = connect()
  const recent = new Map([['A', { message: 'of A' }]])
  const manager = { getRecentMessage: (to, id) => recent.get(id) }
  resends.keepContents(manager)
  const served = []
  let last = Promise.resolve()
  // As Baileys does it: one after the other.
  const come = resends.around(node => (last = last.then(() => {
    served.push(manager.getRecentMessage(ANA, 'A')?.message)
    recent.delete('A')
    return node.tag
  })))
  const asked = device => come({ tag: 'receipt', attrs: { id: 'A', from: `22220000000002:${device}@lid`, type: 'retry' }, content: [] })
  await Promise.all([asked(0), asked(1), asked(2)])
  assert.deepEqual(served, ['of A', 'of A', 'of A'])
  assert.equal(manager.getRecentMessage(ANA, 'A'), undefined)
})

test('of what a device of ours asks for Baileys may not know the chat', () => {
  const { resends } = connect()
  const manager = { getRecentMessage: () => undefined }
  resends.keepContents(manager)
  assert.equal(manager.getRecentMessage(undefined, 'A'), undefined)
})

test('nothing is tried on a connection that has ended', async t => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const it = connect()
  it.failure = UNANSWERED
  await it.asked('A')
  it.resends.end()
  t.mock.timers.tick(3_600_000)
  await idle()
  assert.equal(it.warned.length, 1)
})

test('what would fail again is confirmed', async () => {
  const it = connect()
  for (const reason of ['item-not-found', 'All encryptions failed', 'object expected']) {
    it.failure = new Error(reason)
    await it.asked(reason)
  }
  assert.equal(it.confirmed.length, 3)
  assert.equal(it.warned.length, 3)
})

test('after an hour it may be asked for again', t => {
  const { counts } = connect().resends
  const { now } = performance
  t.after(() => (performance.now = now))
  counts.set('A', 5)
  performance.now = () => now.call(performance) + 3_600_001
  assert.equal(counts.get('A'), undefined)
})
