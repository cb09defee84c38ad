// What was read and is not with the history yet: what is stored of it, what the next connection finds, and what it hands over.
import assert from 'node:assert'
import { test } from 'node:test'
import { bridge, never, outcome } from './bridge.mjs'
import { Connection, TYPE } from './kept-connection.mjs'

const { Kept } = await bridge('kept.mjs')
const { HostKeys, repositoryOf } = await bridge('keys.mjs')
const { receivedOf } = await bridge('received.mjs')
const { Sending } = await bridge('sending.mjs')

const idsOf = ({ told }) => told.map(({ id }) => id)

test('what the history does not have is handed over by the next connection, in its order', async () => {
  const connection = new Connection()
  for (const id of ['A', 'B', 'C']) await connection.reads(id)
  const next = await connection.leaves()
  assert.deepEqual(next.told, ['A', 'B', 'C'].map(id => ({ id, text: `text of ${id}`, type: 'append' })))
  assert.ok(next.received.recall(Buffer.from('ciphertext of A')), 'should the server deliver it again')
})

test('what is taken over and not stored stays', async () => {
  const connection = new Connection()
  for (const [i, id] of ['A', 'B', 'C'].entries()) {
    await connection.reads(id)
    connection.kept.said({ id }, i + 1)
  }
  connection.kept.taken(1, 1)
  await connection.reads('D')
  assert.deepEqual(idsOf(await connection.leaves()), ['B', 'C', 'D'])
})

test('what the history has after all is not handed over', async () => {
  const connection = new Connection()
  for (const id of ['A', 'B']) await connection.reads(id)
  assert.deepEqual(idsOf(await connection.leaves(async ({ id }) => id === 'A')), ['B'])
})

test('records are written over while messages come, and removed at a good end', async () => {
  const connection = new Connection()
  for (let i = 1; i <= 1000; i++) {
    await connection.reads(`M${i}`)
    connection.kept.said({ id: `M${i}` }, i)
    if (i > 5) connection.kept.taken(i - 5, i - 5)
  }
  assert.ok(connection.stored().length < 10, String(connection.stored().length))
  assert.equal((await connection.leaves(async () => true)).told.length, 0)
  connection.kept.taken(1000, 1000)
  await connection.kept.settle()
  assert.deepEqual([...connection.records.keys()], [])
})

test('there is room for what waits together, which the next connection finds', async () => {
  const connection = new Connection()
  for (let i = 0; i < 300; i++) await connection.reads(`M${i}`)
  assert.equal(connection.records.get('size').most, 512)
  const next = await connection.leaves()
  assert.equal(next.told.length, 300)
})

test('what is too large is not kept, nor what only helps to decrypt others handed over', async () => {
  const connection = new Connection()
  await connection.reads('LARGE', undefined, Buffer.alloc(64 * 1024 + 1))
  await connection.reads('KEY', { senderKeyDistributionMessage: { groupId: '1@g.us' } })
  await connection.reads('A')
  assert.deepEqual(connection.stored(), ['A', 'KEY'])
  assert.match(connection.troubles.join(), /^a message that was received is lost .*: it has 65537 bytes$/)
  assert.deepEqual(idsOf(await connection.leaves()), ['A'])
})

test('what ends the process each time is given up', async () => {
  const connection = new Connection()
  await connection.reads('A')
  for (let i = 0; i < 20; i++) assert.deepEqual(idsOf(await connection.leaves()), ['A'])
  const { told, troubles } = await connection.leaves()
  assert.deepEqual(told, [])
  assert.match(troubles.join(), /^1 messages .* given up after 20 times$/)
})

test('what ends the process each time takes nothing else with it', async () => {
  const connection = new Connection()
  for (const id of ['A', 'B', 'C']) await connection.reads(id)
  connection.deadly = 'B'
  const isKnown = async ({ id }) => id === 'A'
  for (let i = 0; i < 20; i++) assert.ok((await outcome(connection.leaves(isKnown))).pending)
  assert.deepEqual(idsOf(await connection.leaves(isKnown)), ['C'])
})

test('a connection that ends before anything was handed over is no reason to give up', async () => {
  const connection = new Connection()
  await connection.reads('A')
  for (let i = 0; i < 30; i++) assert.ok((await outcome(connection.leaves(never))).pending)
  assert.deepEqual(idsOf(await connection.leaves()), ['A'])
})

test('what was told is not awaited, and not done before it is taken', () => {
  const { received } = new Connection()
  const ciphertext = Buffer.from('c')
  received.arrived({ attrs: { id: 'A' }, content: [{ tag: 'enc', content: ciphertext }] })
  received.decrypted(ciphertext, Buffer.from('p'), 'first')
  assert.ok(received.isAwaited(0))
  received.told({ id: 'A' })
  assert.ok(!received.isAwaited(0))
  assert.ok(!received.isDuplicate(ciphertext, 'second'))
  received.handedOver({ id: 'A' })
  assert.ok(received.isDuplicate(ciphertext, 'second'))
})

test('what is delivered again while it is handed over is told once', async () => {
  const connection = new Connection()
  for (const id of ['A', 'B']) await connection.reads(id)
  const ciphertext = Buffer.from('ciphertext of A')
  const next = await connection.leaves()
  assert.ok(next.received.isDuplicate(ciphertext, next.kept.connection))
  assert.ok(!next.received.isDuplicate(ciphertext, Symbol('the one after that')))
})

test('what was left is not given up however long the server takes to deliver', async t => {
  const connection = new Connection()
  await connection.reads('LEFT')
  const next = new Connection(connection.records)
  await next.reads('B')
  const now = performance.now() + 3_600_000
  t.mock.method(performance, 'now', () => now)
  await next.reads('C')
  assert.deepEqual(next.stored(), ['C', 'LEFT'], 'the place of B is free')
  await next.resumes()
  assert.deepEqual(idsOf(next), ['LEFT'])
})

test('a history that cannot say whether it has a message ends the connection, and the next hands it over', async () => {
  const connection = new Connection()
  await connection.reads('A')
  const failures = []
  const ask = async () => Promise.reject(new Error('no connection'))
  const sending = new Sending({ ask, failed: error => failures.push(error.message) })
  const next = new Connection(connection.records)
  assert.ok((await outcome(next.resumes(key => sending.isKnown(key)))).pending)
  assert.deepEqual([idsOf(next), failures], [[], ['no connection']])
  assert.deepEqual(idsOf(await connection.leaves()), ['A'])
})

test('what was left is not forgotten for what comes before its turn', async () => {
  const connection = new Connection()
  await connection.reads('LEFT')
  const next = new Connection(connection.records)
  await next.kept.load()
  const decrypts = id => next.received.decrypted(Buffer.from(`ciphertext of ${id}`), Buffer.from(id), next.kept.connection)
  for (let i = 0; i <= 5000; i++) decrypts(`M${i}`)
  assert.ok(next.received.recall(Buffer.from('ciphertext of LEFT')), 'should the server deliver it again')
  await next.resumes()
  assert.deepEqual(idsOf(next), ['LEFT'])
  assert.ok(!next.received.recall(Buffer.from('ciphertext of M0')), 'as many as ever are remembered')
})

test('of a message in parts, of which one is delivered again, none is taken from it', async () => {
  const connection = new Connection()
  await connection.reads('A', undefined, undefined, ' 1')
  await connection.reads('A', { messageContextInfo: {} }, undefined, ' 2')
  const next = new Connection(connection.records)
  const [first, second] = [' 1', ' 2'].map(part => Buffer.from(`ciphertext of A${part}`))
  await next.resumes(async () => {
    next.received.decrypted(second, Buffer.from('again'), next.kept.connection)
    return false
  })
  assert.deepEqual(idsOf(next), [])
  assert.ok(!next.received.isDuplicate(first, next.kept.connection), 'it is being delivered')
  assert.deepEqual(idsOf(await connection.leaves()), ['A'])
})

test('what is handed over while its delivery is being decrypted is told once', async () => {
  const connection = new Connection()
  await connection.reads('A')
  const next = new Connection(connection.records)
  const { received, kept } = next
  let fail
  const make = () => ({ decryptMessage: () => new Promise((_, reject) => (fail = () => reject(new Error('used')))) })
  const store = { isStopped: false, isOver: false }
  const repository = repositoryOf({ make, store, received, recalls: true, duplicates: true, kept, ownStored: () => {} })
  const again = repository({ keys: { set: async () => {} }, creds: {} }).decryptMessage({ ciphertext: Buffer.from('ciphertext of A') })
  await outcome(again)
  await next.resumes()
  assert.deepEqual(idsOf(next), ['A'])
  fail()
  assert.match((await outcome(again)).error.message, /Key used already/)
})

test('whoever runs the program is told once when no more is kept', async () => {
  const connection = new Connection()
  for (let i = 0; i < 4100; i++) await connection.reads(`M${i}`)
  assert.match(connection.troubles.join(), /^[^,]*: 4096 others wait already$/)
  connection.kept.said({ id: 'M0' }, 1)
  connection.kept.taken(1, 1)
  for (const id of ['A', 'B', 'C']) await connection.reads(id)
  assert.equal(connection.troubles.length, 2, 'there was room for one meanwhile')
  assert.equal(connection.stored().length, 4096)
})

test('no commit is large when much is handed over', async () => {
  const connection = new Connection()
  for (let i = 0; i < 20; i++) await connection.reads(`M${i}`, { conversation: 'x'.repeat(60_000) })
  const next = await connection.leaves()
  assert.equal(next.told.length, 20)
  assert.ok(Math.max(...next.commits) < 200_000, String(next.commits))
})

test('what was dealt with meanwhile is not written over what has its place now', async () => {
  const connection = new Connection()
  for (let i = 0; i < 300; i++) await connection.reads(`M${i}`)
  const next = new Connection(connection.records)
  next.written = () => {
    next.written = () => {}
    next.kept.said({ id: 'M299' }, 1)
    next.kept.taken(1, 1)
    return next.reads('NEW')
  }
  await next.resumes()
  assert.ok(next.stored().includes('NEW'))
  assert.equal(next.told.length, 299)
})

test('what an earlier link handed over is kept until the history has it', async () => {
  const connection = new Connection()
  const ciphertext = Buffer.from('ciphertext of A')
  await connection.reads('A')
  const link = async isStored => {
    const next = new Connection(connection.records)
    next.isStored = isStored
    next.received.arrived({ attrs: { id: 'A' }, content: [{ tag: 'enc', content: ciphertext }] })
    next.received.decrypted(ciphertext, Buffer.from('A'), 'an earlier link')
    next.received.handedOver({ id: 'A' })
    assert.ok(!(await outcome(next.resumes())).pending)
    await next.reads('B')
    assert.deepEqual(idsOf(next), [])
    return next.stored()
  }
  for (const isStored of [async () => false, () => Promise.reject(new Error('the link has ended')), never]) {
    assert.deepEqual(await link(isStored), ['A', 'B'])
    connection.records.delete('1')
  }
  assert.deepEqual(await link(async () => true), ['B'], 'it has the place of A')
})

test('a good end asks whether the history has what was taken over', async t => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const connection = new Connection()
  for (const [i, id] of ['TAKEN', 'TOLD', 'UNTOLD'].entries()) {
    await connection.reads(id)
    if (i < 2) connection.kept.said({ id }, i + 1)
  }
  connection.kept.taken(1, 0)
  connection.isStored = never
  const settled = connection.kept.settle()
  assert.ok((await outcome(settled)).pending)
  t.mock.timers.tick(2000)
  assert.ok(!(await outcome(settled)).pending)
  assert.deepEqual(connection.stored(), ['TAKEN', 'TOLD', 'UNTOLD'])
  connection.isStored = async () => true
  await connection.kept.settle()
  assert.deepEqual(connection.stored(), ['TOLD', 'UNTOLD'])
})

test('a store that is slow is not asked to remove twice at once, nor waited for at a good end', async t => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const connection = new Connection()
  await connection.reads('A')
  connection.kept.said({ id: 'A' }, 1)
  connection.kept.taken(1, 1)
  connection.written = never
  for (let i = 0; i < 2; i++) {
    const settled = connection.kept.settle()
    assert.ok((await outcome(settled)).pending)
    connection.kept.taken(1, 1)
    t.mock.timers.tick(2000)
    assert.ok(!(await outcome(settled)).pending)
  }
  assert.equal(connection.commits.length, 2)
})

test('what was left is read in portions, and drives no session out of what is remembered', async () => {
  const connection = new Connection()
  for (let i = 0; i < 300; i++) await connection.reads(`M${i}`, { conversation: 'x'.repeat(5000) })
  const asked = []
  const ask = async (question, { type, ids }) => {
    asked.push([type, ids.length])
    return ids.map(id => [id, type === TYPE ? (connection.records.get(id) ?? null) : { id }])
  }
  const keys = new HostKeys({ ask, remember: true, credentials: {}, failed: () => {} })
  await keys.get('session', ['A'])
  const kept = new Kept(keys, receivedOf(undefined), {})
  await kept.load()
  assert.deepEqual(asked.splice(0), [['session', 1], [TYPE, 1], ...Array(8).fill([TYPE, 64])])
  await keys.get('session', ['A'])
  assert.deepEqual(asked, [])
})

test('a message of another with the same id does not stand for it', async () => {
  const group = '120363000000000001@g.us'
  const places = [
    {}, // from a person
    { from: '22220000000003:7@lid' },
    { from: group, participant: '22220000000002@lid' },
    { from: group, participant: '22220000000003:7@lid' }
  ]
  const keys = [
    { remoteJid: '22220000000002@lid' },
    { remoteJid: '22220000000003@lid', participant: '' },
    { remoteJid: group, participant: '22220000000002@lid' },
    { remoteJid: group, participant: '22220000000003@lid' }
  ]
  for (const [told, key] of keys.entries()) {
    const connection = new Connection()
    for (const [i, place] of places.entries()) {
      await connection.reads('A', undefined, undefined, ` ${i}`, place)
      const content = Buffer.from(`ciphertext of A ${i}`)
      connection.received.arrived({ attrs: { id: 'A', from: '22220000000002@lid', ...place }, content: [{ tag: 'enc', content }] })
      connection.received.decrypted(content, Buffer.from('A'), connection.kept.connection)
    }
    connection.kept.said({ id: 'A', ...key }, 1)
    connection.received.handedOver({ id: 'A', ...key })
    connection.kept.taken(1, 1)
    await connection.kept.settle()
    assert.deepEqual([...connection.records.keys()].sort(), ['0', '1', '2', '3', 'size'].filter(slot => slot !== String(told)))
    const done = places.map((_, i) => connection.received.isDone(connection.received.nameOf(Buffer.from(`ciphertext of A ${i}`))))
    assert.deepEqual(done, places.map((_, i) => i === told))
  }
})
