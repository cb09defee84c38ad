// What is held for longer than it is of use.
import assert from 'node:assert'
import { test } from 'node:test'
import { bridge, idle } from './bridge.mjs'

const { repositoryOf } = await bridge('keys.mjs')
const { Owed } = await bridge('owed.mjs')
const { receivedOf } = await bridge('received.mjs')

const isCollected = async reference => {
  await idle()
  globalThis.gc()
  return reference.deref() === undefined
}

test('what was received is remembered for longer than the keys of its connection', async () => {
  const received = receivedOf('6281200000001@s.whatsapp.net')
  const connect = async () => {
    const store = { isStopped: false, isOver: false, writeThrough: async () => {} }
    const keys = { set: async () => {}, transaction: work => work(), isInTransaction: () => true }
    const make = () => ({ decryptMessage: async () => Buffer.from('plain') })
    const repository = repositoryOf({ make, store, received, recalls: true, duplicates: true, ownStored: () => {} })({ keys, creds: {} })
    await repository.decryptMessage({ ciphertext: Buffer.from('cipher') })
    return new WeakRef(store)
  }
  assert.ok(await isCollected(await connect()))
  assert.equal(String(received.recall(Buffer.from('cipher'))), 'plain')
})

test('an answer is not held until the link ends', async () => {
  const owed = new Owed()
  const ask = async () => {
    const answer = { file: Buffer.alloc(10) }
    assert.equal(await owed.answer(Promise.resolve(answer)), answer)
    return new WeakRef(answer)
  }
  assert.ok(await isCollected(await ask()))
  const open = owed.answer(new Promise(() => {}))
  owed.fail(new Error('the link has ended'))
  await assert.rejects(open, /has ended/)
})

test('who is not linked is not remembered', async () => {
  const connect = () => new WeakRef(receivedOf(undefined))
  assert.ok(await isCollected(connect()))
  assert.notEqual(receivedOf(undefined), receivedOf(undefined))
  assert.equal(receivedOf('a@s.whatsapp.net'), receivedOf('a@s.whatsapp.net'))
})
