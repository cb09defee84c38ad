// Copies of files: whose failure is told to whom.
import assert from 'node:assert'
import { test } from 'node:test'
import { bridge, never, outcome } from './bridge.mjs'

const { copies, takeCopyFailure } = await bridge('files.mjs')
const diskIsFull = Object.assign(new Error('no space'), { code: 'ENOSPC', syscall: 'write' })

test('a copy that fails is heard of whatever it is a copy of', async () => {
  const bytes = Buffer.from('picture')
  const address = { url: 'https://files.invalid/picture' }
  for (const content of [{ image: bytes }, { video: address }, { document: { url: '/a/file' } }, { product: { productImage: address } }]) {
    const sent = copies(content, never, () => false)
    assert.ok(takeCopyFailure(diskIsFull), Object.keys(content)[0])
    assert.match((await outcome(sent)).error?.message, /no copy could be made/)
  }
})

test('a text has no copies', async () => {
  const sent = copies({ text: 'hello' }, never, () => false)
  assert.equal(takeCopyFailure(diskIsFull), false)
  assert.ok((await outcome(sent)).pending)
})

test('a message whose copies are made does not fail with another', async () => {
  let leave
  const made = copies({ image: Buffer.alloc(1) }, () => new Promise(resolve => (leave = resolve)), () => true)
  const making = copies({ image: Buffer.alloc(1) }, never, () => false)
  assert.ok(takeCopyFailure(diskIsFull))
  assert.ok((await outcome(making)).error)
  assert.ok((await outcome(made)).pending)
  leave('sent')
  assert.equal((await outcome(made)).value, 'sent')
})
