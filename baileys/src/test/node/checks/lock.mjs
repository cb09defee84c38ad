// The lock that everything takes which changes a session.
import assert from 'node:assert'
import { AsyncLocalStorage } from 'node:async_hooks'
import { test } from 'node:test'
import { bridge, idle, outcome } from './bridge.mjs'

const { B } = await bridge('engine.mjs')
const { repositoryOf } = await bridge('keys.mjs')

const ME = '6281200000001:2@s.whatsapp.net'
const NUMBER = '6281200000002@s.whatsapp.net'
const ANA = '22220000000002@lid'
const quiet = { level: 'silent', child: () => quiet, trace() {}, debug() {}, info() {}, warn() {}, error() {} }

/** Keys with these records of ours, and a repository that notes what is done with it. */
const account = (records = {}) => {
  const done = []
  const get = async (type, ids) => {
    // As the JVM does.
    if (ids.some(id => typeof id !== 'string')) throw new TypeError('no name of a record')
    return known(type, ids)
  }
  const known = (type, ids) => Object.fromEntries(ids.flatMap(id => (records[type]?.[id] ? [[id, records[type][id]]] : [])))
  const keys = B.addTransactionCapability({ get, set: async () => {} }, quiet, { maxCommitRetries: 1, delayBetweenTriesMs: 0 })
  const made = { migrateSession: async () => done.push('migrated') }
  for (const name of ['decryptMessage', 'decryptGroupMessage', 'encryptMessage']) made[name] = async () => (done.push(name), Buffer.from('text'))
  const received = { isDuplicate: () => false, decrypted: () => {} }
  const sending = new AsyncLocalStorage()
  const repository = repositoryOf({
    make: () => made, store: {}, oneLock: true, received, ownStored: () => {}, isSending: () => sending.getStore() === true
  })({ keys, creds: { me: { id: ME } } })
  /** What has the lock until it is let go. */
  const send = name => {
    let letGo
    const held = new Promise(resolve => (letGo = resolve))
    const over = sending.run(true, () => keys.transaction(async () => {
      done.push(`${name} begins`)
      await held
    }, ME))
    return { letGo, over }
  }
  /** Something else of Baileys that takes the lock. */
  const work = name => keys.transaction(async () => done.push(name), ME)
  return { done, repository, send, work }
}

test('what is read waits for one that is sent, and not for all', async () => {
  const { done, repository, send } = account()
  const sends = ['first', 'second', 'third'].map(send)
  await idle()
  const read = repository.decryptMessage({ ciphertext: Buffer.from('cipher') })
  await idle()
  assert.deepEqual(done, ['first begins'])
  for (const { letGo } of sends) letGo()
  await Promise.all([read, ...sends.map(({ over }) => over)])
  assert.deepEqual(done, ['first begins', 'decryptMessage', 'second begins', 'third begins'])
})

test('so does the request of what could not be read, for which reading waits', async () => {
  const { done, send, work } = account()
  const sends = ['first', 'second', 'third'].map(send)
  await idle()
  const requested = work('requested')
  await idle()
  for (const { letGo } of sends) letGo()
  await Promise.all([requested, ...sends.map(({ over }) => over)])
  assert.deepEqual(done, ['first begins', 'requested', 'second begins', 'third begins'])
})

test('one that fails lets the next begin', async () => {
  const { done, send, repository } = account()
  const first = send('first')
  const second = send('second')
  first.letGo(Promise.reject(new Error('for the test')))
  await assert.rejects(first.over, /for the test/)
  second.letGo()
  await second.over
  await repository.encryptMessage({})
  assert.deepEqual(done, ['first begins', 'second begins', 'encryptMessage'])
})

test('who has nothing to migrate waits for nobody', async () => {
  for (const records of [{}, { 'device-list': { 6281200000002: ['0', '3'] } }]) {
    const { done, repository, send } = account(records)
    const { letGo, over } = send('first')
    await idle()
    assert.deepEqual(await outcome(repository.migrateSession(NUMBER, ANA)), { value: { migrated: 0, skipped: 0, total: 0 } })
    letGo()
    await over
    assert.deepEqual(done, ['first begins'])
  }
})

test('nor who names somebody by what is no number, or by no other name', async () => {
  const records = { 'device-list': { 22220000000002: ['0'] }, session: { '22220000000002.0': {} } }
  const { done, repository } = account(records)
  for (const from of ['6281200000002', '', '@s.whatsapp.net', undefined, ANA]) {
    assert.deepEqual(await outcome(repository.migrateSession(from, ANA)), { value: { migrated: 0, skipped: 0, total: 0 } }, from)
  }
  for (const to of ['22220000000002', '', undefined]) {
    assert.deepEqual(await outcome(repository.migrateSession('22220000000002@s.whatsapp.net', to)), { value: { migrated: 0, skipped: 0, total: 0 } }, to)
  }
  assert.deepEqual(done, [])
})

test('who has waits for their turn', async () => {
  const { done, repository, send } = account({ 'device-list': { 6281200000002: ['0', '3'] }, session: { '6281200000002.3': {} } })
  const { letGo, over } = send('first')
  const migrated = repository.migrateSession(NUMBER, ANA)
  assert.deepEqual(await outcome(migrated), { pending: true })
  letGo()
  await Promise.all([over, migrated])
  assert.deepEqual(done, ['first begins', 'migrated'])
})
