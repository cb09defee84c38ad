// Which commit changed credentials go with.
import assert from 'node:assert'
import { test } from 'node:test'
import { bridge, idle } from './bridge.mjs'

const { Credentials } = await bridge('credentials.mjs')
const { HostKeys } = await bridge('keys.mjs')

const linked = () => {
  const commits = []
  const creds = { nextPreKeyId: 1, me: { id: 'a' } }
  const credentials = new Credentials(creds, () => keys.saveCredentials())
  const ask = async (question, { keys: records, creds: members }) =>
    void commits.push({ question, keys: JSON.parse(records.text), creds: members && JSON.parse(members.text) })
  const keys = new HostKeys({ ask, remember: true, credentials, failed: assert.fail })
  return { creds, credentials, keys, commits }
}

test('they ride on the very next commit of keys', async t => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const { creds, credentials, keys, commits } = linked()
  creds.nextPreKeyId = 31
  credentials.changed()
  await keys.set({ 'pre-key': { 30: { public: 'x' } } })
  assert.deepEqual(commits, [{ question: 'write', keys: [['pre-key', '30', { public: 'x' }]], creds: { nextPreKeyId: 31 } }])
  t.mock.timers.tick(100)
  await idle()
  assert.equal(commits.length, 1)
})

test('so they do on what is written in the middle of a transaction', async () => {
  const { creds, credentials, keys, commits } = linked()
  creds.nextPreKeyId = 32
  credentials.changed()
  await keys.writeThrough({ session: { 'b.0': { version: 'v1' } } })
  assert.deepEqual(commits.map(({ creds: members }) => members), [{ nextPreKeyId: 32 }])
})

test('they go alone after 50 ms', async t => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const { creds, credentials, commits } = linked()
  creds.nextPreKeyId = 33
  credentials.changed()
  t.mock.timers.tick(49)
  assert.deepEqual(commits, [])
  t.mock.timers.tick(1)
  assert.deepEqual(commits, [{ question: 'write', keys: [], creds: { nextPreKeyId: 33 } }])
})
