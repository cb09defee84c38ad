// Keys of messages that we write to a group.
import assert from 'node:assert'
import { test } from 'node:test'
import { bridge } from './bridge.mjs'

const { groups: { GroupCipher, GroupSessionBuilder, SenderKeyName, SenderKeyRecord } } = await bridge('engine.mjs')
const { mend } = await bridge('mends.mjs')
mend({ verify: false, trials: false, outside: false })

const NAME = new SenderKeyName('1203630@g.us', { id: '1111', deviceId: 1, toString: () => '1111.1' })

/** Somebody's records of sender keys, stored as text, as they are. */
const member = () => {
  let text = '[]'
  return {
    loadSenderKey: async () => SenderKeyRecord.deserialize(Buffer.from(text)),
    storeSenderKey: async (name, record) => void (text = JSON.stringify(record.serialize())),
    kept: () => JSON.parse(text).flatMap(state => state.senderMessageKeys).length,
    put: change => (text = JSON.stringify(change(JSON.parse(text))))
  }
}

const group = async () => {
  const [me, ana] = [member(), member()]
  const distribution = await new GroupSessionBuilder(me).create(NAME)
  await new GroupSessionBuilder(ana).process(NAME, distribution)
  const says = async text => String(await new GroupCipher(ana, NAME).decrypt(await new GroupCipher(me, NAME).encrypt(Buffer.from(text))))
  return { me, ana, says }
}

test('one after the other is taken, and none is kept', async () => {
  const { me, ana, says } = await group()
  for (const text of ['one', 'two', 'three', 'four']) assert.equal(await says(text), text)
  assert.deepEqual([me.kept(), ana.kept()], [0, 0])
})

test('what was kept of our own is dropped, and what comes late is read with the key that was kept', async () => {
  const { me, ana, says } = await group()
  await says('one')
  me.put(states => states.map(state => ({ ...state, senderMessageKeys: [{ iteration: 0, seed: [1] }] })))
  assert.equal(me.kept(), 1)
  const late = await new GroupCipher(me, NAME).encrypt(Buffer.from('late'))
  assert.equal(me.kept(), 0)
  assert.equal(await says('three'), 'three')
  assert.equal(ana.kept(), 1)
  assert.equal(String(await new GroupCipher(ana, NAME).decrypt(late)), 'late')
})
