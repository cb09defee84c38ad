// Messages of ours: what is stored, what is waited for, and what is told when it does not go well.
import assert from 'node:assert'
import { EventEmitter } from 'node:events'
import { test } from 'node:test'
import { bridge, idle, outcome } from './bridge.mjs'

const { Sending } = await bridge('sending.mjs')
const { takeCopyFailure } = await bridge('files.mjs')
const TO = '6281200000002@s.whatsapp.net'

/** @param sendMessage what Baileys does, given the sending */
const sendingOf = sendMessage => {
  const asked = []
  const ws = Object.assign(new EventEmitter(), { isOpen: true })
  const pressure = { expected: 0, expect: more => (pressure.expected += more) }
  const ask = async (question, members) => void asked.push([question, members])
  const socket = { ws, sendMessage: () => sendMessage(sending, ws) }
  const sending = new Sending({ socket: () => socket, ask, pressure, isDurable: true })
  return { sending, asked, ws, pressure }
}

const request = { jid: TO, content: { text: 'hello' }, messageId: '3EB0', confirmed: true }
const timers = () => process.getActiveResourcesInfo().filter(name => name === 'Timeout').length

test('what was told to have failed is not stored when its copy is made in the end', async () => {
  let copied
  let late
  const { sending, asked } = sendingOf(async own => {
    await new Promise(resolve => (copied = resolve))
    return (late = own.store({ conversation: 'picture' }))
  })
  const sent = sending.send({ ...request, content: { image: Buffer.alloc(1) }, confirmed: false })
  sent.catch(() => {})
  await idle()
  assert.ok(takeCopyFailure(Object.assign(new Error('no space'), { code: 'ENOSPC', syscall: 'write' })))
  assert.match((await outcome(sent)).error.message, /no copy/)
  copied()
  await idle()
  assert.match((await outcome(late)).error.message, /given up/)
  assert.deepEqual(asked, [])
})

test('it is known what is part of it', async () => {
  const seen = []
  const { sending } = sendingOf(async own => {
    await idle()
    seen.push(own.isSending)
  })
  seen.push(sending.isSending)
  await sending.send({ ...request, confirmed: false })
  assert.deepEqual(seen, [false, true])
})

test('what else sends stands in the same line, and is not stored', async () => {
  const { sending, asked } = sendingOf(async () => {})
  await sending.inLine(async () => {
    assert.equal(sending.isSending, true)
    assert.equal(sending.stored, undefined)
    assert.deepEqual(await sending.store({ conversation: 'aside' }), { conversation: 'aside' })
  })
  assert.deepEqual(asked, [])
})

test('a setting of a group, which is no message, has no confirmation to wait for', async () => {
  const { sending, pressure } = sendingOf(async () => undefined)
  assert.deepEqual(await outcome(sending.send(request)), { value: undefined })
  assert.equal(pressure.expected, 0)
})

test('nothing is left behind by a message that was confirmed', async () => {
  const before = timers()
  const { sending, ws, pressure } = sendingOf(async () => ({ key: {} }))
  const sent = sending.send(request)
  await idle()
  assert.equal(timers(), before + 1)
  ws.emit('TAG:3EB0', { tag: 'ack', attrs: {} })
  assert.ok((await outcome(sent)).value)
  assert.equal(timers(), before)
  assert.equal(pressure.expected, 0)
  assert.equal(ws.listenerCount('TAG:3EB0'), 0)
})

test('a server of files that cannot be reached is no fault of the message', async () => {
  const failed = async error => (await outcome(sendingOf(() => Promise.reject(error)).sending.send(request))).error
  const causedBy = code => Object.assign(new TypeError('fetch failed'), { cause: { code } })
  assert.equal((await failed(causedBy('ECONNREFUSED'))).isPermanent, false)
  assert.equal((await failed(causedBy('ERR_INVALID_URL'))).isPermanent, true)
  assert.equal((await failed(new TypeError('not a text'))).isPermanent, true)
})

test('a refusal says whether it is of use to try again', async () => {
  const refused = async code => {
    const { sending, ws } = sendingOf(async () => ({ key: {} }))
    const sent = sending.send(request)
    await idle()
    ws.emit('TAG:3EB0', { tag: 'ack', attrs: { error: code } })
    return (await outcome(sent)).error
  }
  for (const code of ['421', '429', '500', '503', '552']) assert.equal((await refused(code)).isPermanent, false, code)
  for (const code of ['400', '406', '463', '479', '487', '550', '551']) assert.equal((await refused(code)).isPermanent, true, code)
  assert.match((await refused('421')).message, /refused the message: 421 \(.*group/)
  assert.match((await refused('406')).message, /refused the message: 406$/)
})
