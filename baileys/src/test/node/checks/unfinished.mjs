// What the phone sends only once: what is kept of it, and what is begun again.
import assert from 'node:assert'
import { test } from 'node:test'
import { bridge, idle } from './bridge.mjs'
import { Phone, TYPE } from './unfinished-phone.mjs'

const { B } = await bridge('engine.mjs')
const { beginAgain } = await bridge('unfinished.mjs')
const ME = '6281200000001:2@s.whatsapp.net'

test('pieces that answer requests have one number all, and each its own end', async () => {
  const phone = new Phone()
  await phone.sends('A', { chunkOrder: 1, peerDataRequestSessionId: 'first request' })
  await phone.sends('B', { chunkOrder: 1, peerDataRequestSessionId: 'second request' })
  phone.workedOn({ chunkOrder: 1, peerDataRequestSessionId: 'first request' }, 1)
  phone.unfinished.taken(1)
  await idle()
  assert.deepEqual(phone.kept(), ['B'])
})

test('a stanza with something else where a ciphertext should be is none', () => {
  const { unfinished } = new Phone()
  for (const content of [undefined, 'text', [{ tag: 'x' }]]) {
    unfinished.arrived({ attrs: { category: 'peer', id: 'A' }, content: [{ tag: 'enc', content }] })
  }
})

test('that all credentials are told is no sign that a key was worked on', async t => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const phone = new Phone()
  await phone.sendsKey('A')
  phone.unfinished.said('creds.update', { myAppStateKeyId: 'old', noiseKey: {} })
  t.mock.timers.tick(60_000)
  await idle()
  assert.deepEqual(phone.kept(), ['A'])
  phone.unfinished.said('creds.update', { myAppStateKeyId: 'new' })
  t.mock.timers.tick(9_999)
  await idle()
  assert.deepEqual(phone.kept(), ['A'])
  t.mock.timers.tick(1)
  await idle()
  assert.deepEqual(phone.kept(), [])
})

/** What of pieces with these numbers of trials is begun again by the next connection. */
const resumed = async (trials, upsert = async () => {}) => {
  const phone = new Phone()
  for (const [i, tries] of trials.entries()) {
    await phone.sends(`M${i}`, { chunkOrder: i })
    const [slot] = [...phone.records].find(([, { id }]) => id === `M${i}`)
    phone.records.set(slot, { ...phone.records.get(slot), tries, t: String(1_700_000_000 + i) })
  }
  const begun = []
  const next = new Phone(phone.records)
  await next.unfinished.resume(ME, async message => {
    begun.push(message.key.id)
    await upsert(message)
  })
  return { begun, kept: phone.kept(), troubles: next.troubles, trials: [...phone.records.values()].map(({ tries }) => tries) }
}

test('it is begun twenty times and not more', async () => {
  const { begun, kept, trials, troubles } = await resumed([1, 5, 19, 20])
  assert.deepEqual(begun, ['M0', 'M1', 'M2'])
  assert.deepEqual(kept, ['M0', 'M1', 'M2'])
  assert.deepEqual(trials, [2, 6, 20])
  assert.match(troubles.join(), /^1 messages .* given up/)
})

test('one that cannot be worked on any more does not stop those behind it', async () => {
  const { begun, kept } = await resumed([1, 1, 1], async ({ key }) => {
    if (key.id === 'M0') throw new Error('it is no longer to be had')
  })
  assert.deepEqual(begun, ['M0', 'M1', 'M2'])
  assert.deepEqual(kept, ['M0', 'M1', 'M2'])
})

test('each that was begun again is handed over before the next', async () => {
  const said = []
  const sock = {
    messageMutex: { mutex: work => work() },
    upsertMessage: async ({ key }) => void said.push(`upsert ${key.id}`),
    ev: { flush: () => said.push('flush') }
  }
  const again = beginAgain(sock)
  await again({ key: { id: 'A' } })
  await again({ key: { id: 'B' } })
  assert.deepEqual(said, ['upsert A', 'flush', 'upsert B', 'flush'])
})

test('what is not kept is not passed over in silence', async () => {
  const phone = new Phone()
  await phone.sends('large', { chunkOrder: 1, initialHistBootstrapInlinePayload: Buffer.alloc(300 * 1024) })
  assert.match(phone.troubles.shift(), /lost should this end.*bytes/)
  for (let i = 0; i < 64; i++) await phone.sends(`M${i}`, { chunkOrder: i })
  assert.deepEqual(phone.troubles, [])
  await phone.sends('one more', { chunkOrder: 64 })
  assert.match(phone.troubles.shift(), /64 others/)
  assert.equal(phone.records.size, 64)
  // Of what is nothing to be worked on nothing has to be kept.
  await phone.says('text', { conversation: 'x'.repeat(300 * 1024) })
  assert.deepEqual(phone.troubles, [])
})

test('records are of one type and hold what is needed', async () => {
  const phone = new Phone()
  const record = await phone.sends('A', { chunkOrder: 1 })
  assert.deepEqual(Object.keys(record), [TYPE])
  const { id, tries, message } = Object.values(record[TYPE])[0]
  assert.deepEqual({ id, tries }, { id: 'A', tries: 1 })
  assert.equal(B.proto.Message.decode(message).protocolMessage.historySyncNotification.chunkOrder, 1)
})
