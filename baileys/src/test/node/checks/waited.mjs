// What comes while something that waited for us is still to be worked on.
import assert from 'node:assert'
import { test } from 'node:test'
import { bridge, outcome } from './bridge.mjs'

const { Waited, whenBegun } = await bridge('waited.mjs')

/** Takes stanzas as Baileys does: what waited into a line, everything else at once. */
const taking = () => {
  const line = []
  const taken = []
  const begin = node => taken.push([node.attrs.id, node.content, node.attrs.offline])
  const waited = new Waited()
  const listener = waited.around(node => void (node.attrs.offline ? line.push(node) : begin(node)))
  return { waited, line, taken, next: () => begin(line.shift()), comes: (id, offline) => listener({ tag: 'message', attrs: { id, ...(offline && { offline }) }, content: [id] }) }
}

test('goes behind it, and is no less new for that', async () => {
  const { taken, comes, next } = taking()
  comes('waited', '0')
  const came = comes('came')
  const after = comes('after')
  assert.deepEqual(taken, [])
  next()
  assert.deepEqual(await outcome(came), { pending: true })
  next()
  next()
  assert.deepEqual(taken, [['waited', ['waited'], '0'], ['came', ['came'], undefined], ['after', ['after'], undefined]])
  await Promise.all([came, after])
})

test('is taken at once where nothing waits any more', () => {
  const { line, taken, comes, next } = taking()
  comes('before')
  comes('waited', '0')
  next()
  comes('came')
  assert.deepEqual(taken.map(([id]) => id), ['before', 'waited', 'came'])
  assert.equal(line.length, 0)
})

test('what is in a stanza stays as it is', () => {
  const { line, comes } = taking()
  comes('waited', '0')
  const [node] = line
  assert.deepEqual(node.content, ['waited'])
  assert.deepEqual(Object.entries(node), [['tag', 'message'], ['attrs', { id: 'waited', offline: '0' }], ['content', ['waited']]])
})

test('it is known whether something waits', async () => {
  const { waited, comes, next } = taking()
  assert.equal(waited.isOver(0), true)
  comes('waited', '0')
  comes('came')
  next()
  assert.equal(waited.isOver(0), false)
  next()
  assert.equal(waited.isOver(0), true)
  assert.equal(waited.isOver(60_000), false)
})

test('what a connection drops that is being closed is not told, and nothing goes behind it on the next', async () => {
  const { waited, taken, line, comes, next } = taking()
  comes('begun', '0')
  comes('dropped', '1')
  const came = comes('came')
  next()
  // Baileys leaves its queue as it is.
  line.length = 0
  assert.deepEqual(await outcome(came), { pending: true })
  assert.equal(waited.isOver(0), false)
  const after = taking()
  after.comes('dropped', '0')
  after.next()
  after.comes('came')
  assert.deepEqual([taken, after.taken].map(all => all.map(([id]) => id)), [['begun'], ['dropped', 'came']])
})

test('several may wait for the same stanza to be taken up', () => {
  const node = { tag: 'receipt', attrs: {}, content: ['in it'] }
  const told = []
  whenBegun(node, () => told.push('first'))
  whenBegun(node, () => told.push('second'))
  assert.deepEqual(told, [])
  assert.deepEqual(node.content, ['in it'])
  assert.deepEqual(node.content, ['in it'])
  assert.deepEqual(told.sort(), ['first', 'second'])
  assert.deepEqual(Object.getOwnPropertyDescriptor(node, 'content'), { value: ['in it'], configurable: true, enumerable: true, writable: true })
})
