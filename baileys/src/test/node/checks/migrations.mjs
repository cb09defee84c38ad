// Sessions with somebody by their number, and under their other name.
import assert from 'node:assert'
import { test } from 'node:test'
import { bridge } from './bridge.mjs'
import { bundleOf, deviceOf, memory, ours } from './devices.mjs'

const { B, signal } = await bridge('engine.mjs')
const { mend } = await bridge('mends.mjs')
// Without it what does not fit a session turns that all the same.
mend({ verify: false, groupKeys: false, outside: false })
const SessionRecord = signal('libsignal/src/session_record.js')

const ME = '22220000000001@lid'
const ANA = '22220000000002@lid'
const NUMBER = '6281200000002@s.whatsapp.net'
const BY_NUMBER = 'session/6281200000002.0'
const BY_NAME = 'session/22220000000002_1.0'

/** We and Ana, who have talked on a session by her number, in a store from before she had another name. */
const talked = async () => {
  const hers = deviceOf(B.initAuthCreds(), memory())
  const store = memory(new Map([['device-list/6281200000002', ['0']]]))
  const creds = B.initAuthCreds()
  const link = { writeThrough: async () => {} }
  const mine = ours(creds, store, link)
  const write = async text => ({ jid: ME, ...(await hers.encryptMessage({ jid: ME, data: Buffer.from(text) })) })
  const read = async (jid, { type, ciphertext }) => String(await mine.decryptMessage({ jid, type, ciphertext }))
  const send = async jid => hers.decryptMessage({ jid: ME, ...(await mine.encryptMessage({ jid, data: Buffer.from('hello') })) })
  const begin = async jid => mine.injectE2ESession({ jid, session: await bundleOf(hers) })
  await begin(NUMBER)
  await send(NUMBER)
  assert.equal(await read(NUMBER, await write('first')), 'first')
  const named = () => mine.lidMapping.storeLIDPNMappings([{ lid: ANA, pn: NUMBER }])
  /** She begins one of her own. */
  const anew = async () => hers.injectE2ESession({ jid: ME, session: await bundleOf(mine) })
  return { mine, store, link, write, read, send, begin, named, anew }
}

test('where there are newer ones under the other name, all can be read', async () => {
  const { mine, store, write, read, send, begin, named } = await talked()
  const late = await write('late')
  await named()
  await begin(ANA)
  await send(ANA)
  const open = () => SessionRecord.deserialize(store.tables.get(BY_NAME)).getOpenSession().indexInfo.baseKey
  const begun = open()
  const reply = await write('reply')
  await mine.migrateSession(NUMBER, ANA)
  assert.equal(store.tables.get(BY_NUMBER), null)
  assert.deepEqual(open(), begun)
  assert.equal(await read(ANA, reply), 'reply')
  assert.equal(await read(ANA, late), 'late')
  assert.deepEqual(open(), begun)
  assert.equal((await send(ANA)).toString(), 'hello')
})

test('where there are none, they are moved as they are', async () => {
  const { mine, store, write, read, named } = await talked()
  const before = store.tables.get(BY_NUMBER)
  await named()
  await mine.migrateSession(NUMBER, ANA)
  assert.equal(store.tables.get(BY_NUMBER), null)
  assert.deepEqual(store.tables.get(BY_NAME), before)
  assert.equal(await read(ANA, await write('second')), 'second')
})

test('a message that comes before they were moved is read all the same', async () => {
  const { mine, store, write, read, named } = await talked()
  await named()
  assert.equal(await read(ANA, await write('second')), 'second')
  assert.equal(store.tables.get(BY_NUMBER), null)
  await mine.migrateSession(NUMBER, ANA)
  assert.equal(await read(ANA, await write('third')), 'third')
})

test('one that cannot be read moves nothing', async () => {
  const { store, write, read, named } = await talked()
  const before = store.tables.get(BY_NUMBER)
  await named()
  const { ciphertext, ...rest } = await write('second')
  await assert.rejects(read(ANA, { ...rest, ciphertext: ciphertext.map((byte, i) => (i === ciphertext.length - 1 ? byte ^ 1 : byte)) }))
  assert.deepEqual(store.tables.get(BY_NUMBER), before)
  assert.equal(store.tables.get(BY_NAME), undefined)
  assert.equal(await read(ANA, { ...rest, ciphertext }), 'second')
})

test('of too many the oldest go', async () => {
  const { mine, store, send, begin, named } = await talked()
  const full = SessionRecord.deserialize(store.tables.get(BY_NUMBER))
  const [one] = full.getSessions()
  for (let i = 0; i < 39; i++) {
    const other = SessionRecord.createEntry().constructor.deserialize(one.serialize())
    Object.assign(other.indexInfo, { baseKey: Buffer.alloc(33, i), closed: 1000 + i })
    full.setSession(other)
  }
  store.tables.set(BY_NUMBER, full.serialize())
  await named()
  await begin(ANA)
  await send(ANA)
  await mine.migrateSession(NUMBER, ANA)
  const moved = SessionRecord.deserialize(store.tables.get(BY_NAME)).getSessions()
  assert.equal(moved.length, 40)
  assert.equal(moved.filter(({ indexInfo: { closed } }) => closed === -1).length, 1)
  assert.ok(!moved.some(({ indexInfo: { closed } }) => closed === 1000))
})

test('a message of a hosted device leaves the sessions with the others where they are read', async () => {
  const { mine, store, write, read, named } = await talked()
  const before = store.tables.get(BY_NUMBER)
  await named()
  for (const from of [NUMBER, '6281200000002:99@hosted']) {
    assert.deepEqual(await mine.migrateSession(from, '22220000000002:99@hosted.lid'), { migrated: 0, skipped: 0, total: 0 })
  }
  assert.deepEqual(store.tables.get(BY_NUMBER), before)
  assert.equal(await read(ANA, await write('second')), 'second')
  assert.equal(store.tables.get(BY_NUMBER), null)
})

const UNREADABLE = { _sessions: { broken: {} }, version: 'v1' }

test('one that is unreadable keeps no message from being read', async t => {
  const { mine, store, write, read, named } = await talked()
  const warned = []
  t.mock.method(process.stderr, 'write', text => warned.push(text))
  store.tables.set('device-list/6281200000002', ['0', '3'])
  store.tables.set('session/6281200000002.3', UNREADABLE)
  await named()
  assert.deepEqual(await mine.migrateSession(NUMBER, ANA), { migrated: 0, skipped: 0, total: 0 })
  assert.equal(warned.length, 1)
  assert.match(warned[0], /^warn sessions were not moved: /)
  assert.equal(await read(ANA, await write('second')), 'second')
  assert.deepEqual(store.tables.get('session/6281200000002.3'), UNREADABLE)
})

test('where it is that of who writes, a new session is all that it takes', async t => {
  const { mine, store, write, read, named, anew } = await talked()
  t.mock.method(process.stderr, 'write', () => true)
  store.tables.set(BY_NUMBER, UNREADABLE)
  await named()
  await mine.migrateSession(NUMBER, ANA)
  await assert.rejects(read(ANA, await write('second')))
  await anew()
  assert.equal(await read(ANA, await write('third')), 'third')
})

test('what fails since the connection is over fails', async () => {
  const { mine, store, link, named } = await talked()
  await named()
  store.tables.set(BY_NUMBER, UNREADABLE)
  link.isOver = true
  await assert.rejects(mine.migrateSession(NUMBER, ANA))
})
