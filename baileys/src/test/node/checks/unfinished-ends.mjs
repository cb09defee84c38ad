// Until when it is kept that the phone sent something: until the history has it, however long that takes.
import assert from 'node:assert'
import { test } from 'node:test'
import { idle, never, outcome } from './bridge.mjs'
import { Phone } from './unfinished-phone.mjs'

const handedOver = async phone => {
  await phone.sends('A', { chunkOrder: 1 })
  phone.workedOn({ chunkOrder: 1 }, 1)
  phone.unfinished.taken(1)
  await idle()
}

test('a piece is kept as long as the history hangs', async t => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const phone = new Phone()
  let answer
  phone.stored = () => new Promise(resolve => (answer = resolve))
  await handedOver(phone)
  t.mock.timers.tick(3_600_000)
  await idle()
  assert.deepEqual(phone.kept(), ['A'])
  answer(true)
  await idle()
  assert.deepEqual(phone.kept(), [])
})

test('a history that does not have it yet is asked again', async t => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const phone = new Phone()
  const answers = [false, true]
  let isAsked
  const askedTwice = new Promise(resolve => (isAsked = resolve))
  phone.stored = async () => {
    if (answers.length === 1) isAsked()
    return answers.shift()
  }
  await handedOver(phone)
  assert.deepEqual(phone.kept(), ['A'])
  t.mock.timers.tick(1000)
  await askedTwice
  await idle()
  assert.deepEqual(phone.kept(), [])
})

test('one question and one commit are enough for many pieces', async () => {
  const phone = new Phone()
  const answers = []
  phone.stored = () => new Promise(resolve => answers.push(resolve))
  for (let i = 0; i < 5; i++) {
    await phone.sends(`M${i}`, { chunkOrder: i })
    phone.workedOn({ chunkOrder: i }, i)
    phone.unfinished.taken(i)
  }
  await idle()
  assert.equal(answers.length, 1)
  answers.shift()(true)
  await idle()
  // The first question began before the others were taken over.
  assert.deepEqual(phone.kept(), ['M1', 'M2', 'M3', 'M4'])
  const { commits } = phone
  answers.shift()(true)
  await idle()
  assert.deepEqual([phone.kept(), phone.commits, answers.length], [[], commits + 1, 0])
})

test('a link that ends meanwhile leaves it to the next', async () => {
  const phone = new Phone()
  let fail
  phone.stored = () => new Promise((_, reject) => (fail = reject))
  await handedOver(phone)
  phone.unfinished.end()
  fail(new Error('the link has ended'))
  await idle()
  assert.deepEqual(phone.kept(), ['A'])
})

test('a good end removes what is finished', async () => {
  const phone = new Phone()
  await phone.sendsKey('K')
  phone.unfinished.said('creds.update', { myAppStateKeyId: 'new' })
  await handedOver(phone)
  await phone.unfinished.settle()
  assert.deepEqual(phone.kept(), [])
  phone.unfinished.end()
})

test('a good end does not wait for ever for a store that hangs', async t => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const phone = new Phone()
  phone.stored = never
  phone.unfinished.keys.set = never
  await phone.sendsKey('K')
  phone.unfinished.said('creds.update', { myAppStateKeyId: 'new' })
  await handedOver(phone)
  const settled = phone.unfinished.settle()
  assert.ok((await outcome(settled)).pending)
  t.mock.timers.tick(3000)
  assert.ok(!(await outcome(settled)).pending)
  assert.deepEqual(phone.kept(), ['K', 'A'])
})
