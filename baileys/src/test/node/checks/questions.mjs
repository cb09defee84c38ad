// Questions to the server that are not answered.
import assert from 'node:assert'
import { EventEmitter } from 'node:events'
import { test } from 'node:test'
import { bridge } from './bridge.mjs'

const { watchQuestions } = await bridge('guards.mjs')

/** A socket whose questions are listened for as Baileys does. */
const asking = longestMs => {
  const ws = new EventEmitter()
  const answers = new Map()
  const query = async ({ attrs }) => void ws.on(`TAG:${attrs.id}`, answer => answers.set(attrs.id, answer))
  const sock = { ws, query, generateMessageTag: () => 'made' }
  watchQuestions(sock, { pressure: { expect() {} }, longestMs })
  return { sock, answers, ask: query }
}

test('one that nobody answers fails before Baileys goes on without', t => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const { ask, answers } = asking(1000)
  ask({ attrs: { id: 'a' } })
  t.mock.timers.tick(979)
  assert.equal(answers.size, 0)
  t.mock.timers.tick(2)
  assert.equal(answers.get('a').attrs.type, 'error')
})

test('who asks with more patience has it', t => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const { sock, answers } = asking(1000)
  sock.query({ attrs: {} }, 5000)
  sock.query({ attrs: { id: 'b' } }, 500)
  t.mock.timers.tick(4000)
  assert.deepEqual([...answers.keys()], ['b'])
  t.mock.timers.tick(901)
  assert.deepEqual([...answers.keys()], ['b', 'made'])
})
