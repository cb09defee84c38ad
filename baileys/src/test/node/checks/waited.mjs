// What comes while something that waited for us is still to be worked on.
import assert from 'node:assert'
import { test } from 'node:test'
import { bridge, outcome } from './bridge.mjs'

const { behindWhatWaited } = await bridge('waited.mjs')

/** Takes stanzas as Baileys does: what waited into a line, everything else at once. */
const taking = () => {
  const line = []
  const taken = []
  const begin = node => taken.push([node.attrs.id, node.content, node.attrs.offline])
  const listener = behindWhatWaited(node => void (node.attrs.offline ? line.push(node) : begin(node)))
  return { line, taken, next: () => begin(line.shift()), comes: (id, offline) => listener({ tag: 'message', attrs: { id, ...(offline && { offline }) }, content: [id] }) }
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
