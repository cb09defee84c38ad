// libsignal's work with one peer, which is done one piece after the other, for all accounts of the process.
import assert from 'node:assert'
import { AsyncLocalStorage } from 'node:async_hooks'
import { test } from 'node:test'
import { bridge, idle } from './bridge.mjs'

const { signal } = await bridge('engine.mjs')
// Loaded before anything is mended, as in a process in which Baileys was imported by somebody else.
const Cipher = signal('libsignal/src/session_cipher.js')
const Builder = signal('libsignal/src/session_builder.js')
const Address = signal('libsignal/src/protocol_address.js')
const { mend } = await bridge('mends.mjs')
mend({ verify: false, trials: false, groupKeys: false, outside: true })

const transactions = new AsyncLocalStorage()

test('each piece of work with a session runs in its own transaction', async () => {
  const seen = []
  let free
  const held = new Promise(resolve => (free = resolve))
  const work = name => transactions.run(name, () => new Cipher({}, new Address('62812', 1)).queueJob(async () => {
    await held
    seen.push([name, transactions.getStore()])
  }))
  const all = ['mine', 'of somebody else', 'of a third'].map(work)
  await idle()
  free()
  await Promise.all(all)
  assert.deepEqual(seen, seen.map(([name]) => [name, name]))
  assert.equal(seen.length, 3)
})

test('so does each new session', async () => {
  const seen = []
  let free
  const held = new Promise(resolve => (free = resolve))
  const begin = name => transactions.run(name, () => {
    const storage = {
      name,
      async isTrustedIdentity() {
        await held
        seen.push([this.name, transactions.getStore()])
        return false
      }
    }
    return new Builder(storage, new Address('62813', 1)).initOutgoing({ identityKey: Buffer.alloc(33) }).catch(() => {})
  })
  const all = ['mine', 'of somebody else'].map(begin)
  await idle()
  free()
  await Promise.all(all)
  assert.deepEqual(seen, [['mine', 'mine'], ['of somebody else', 'of somebody else']])
})
