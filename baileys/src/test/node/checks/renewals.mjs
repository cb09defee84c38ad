// When a new session with somebody is begun with whom there is one.
import assert from 'node:assert'
import { test } from 'node:test'
import { bridge } from './bridge.mjs'
import { bundleOf, deviceOf, memory, ours } from './devices.mjs'

const { B, signal } = await bridge('engine.mjs')
const { Renewals } = await bridge('renewals.mjs')
const SessionRecord = signal('libsignal/src/session_record.js')

const ANA = '22220000000002@lid'
const NUMBER = '6281200000002@s.whatsapp.net'
const STRANGER = '6281200000003@s.whatsapp.net'
const HOUR = 60 * 60 * 1000
const bytes = value => Buffer.alloc(33, value)

/** A record of sessions with her, the newest last and open: identity, number of the registration, and when it was closed and created. */
const recordOf = (...sessions) => {
  const record = new SessionRecord()
  for (const [i, { identity = 1, registrationId = 7, closed = i < sessions.length - 1 ? 1 : -1, created = Date.now() }] of sessions.entries()) {
    const session = SessionRecord.createEntry()
    session.registrationId = registrationId
    session.currentRatchet = {
      ephemeralKeyPair: { pubKey: bytes(2), privKey: bytes(3) }, lastRemoteEphemeralKey: bytes(4), previousCounter: 0, rootKey: bytes(5)
    }
    session.indexInfo = { baseKey: bytes(10 + i), baseKeyType: 1, closed, used: 1, created, remoteIdentityKey: bytes(identity) }
    record.setSession(session)
  }
  return record.serialize()
}

const ONE = recordOf({})
const TWO = recordOf({}, {})
const THREE = recordOf({}, {}, {})

const repository = {
  jidToSignalProtocolAddress: jid => `${jid.split('@')[0].split(':')[0]}_1.${/:(\d+)@/.exec(jid)?.[1] ?? 0}`,
  lidMapping: {
    getPNForLID: async jid => jid.replace('22220000000002', '6281200000002').replace('@lid', '@s.whatsapp.net'),
    getLIDForPN: async jid => (jid === STRANGER ? null : jid.replace('6281200000002', '22220000000002').replace('@s.whatsapp.net', '@lid'))
  }
}

/** Whether the server's word of her begins a new one, where there are these sessions. */
const isNeeded = (renewals, record, { jid = ANA, identity = 1, registrationId = 7 } = {}) => {
  const keys = { get: async (type, [name]) => ({ [name]: name.startsWith('2222') ? record : undefined }) }
  return renewals.isNeeded({ jid, session: { registrationId, identityKey: bytes(identity) } }, repository, keys)
}

/** Has begun with her what a connection begins, after which these are there. */
const begun = async record => {
  const renewals = new Renewals()
  assert.equal(await isNeeded(renewals, undefined), true)
  assert.equal(await isNeeded(renewals, record), false)
  return renewals
}

test('a connection begins one with whom it writes, and goes on with that', async () => {
  const renewals = new Renewals()
  assert.equal(await isNeeded(renewals, ONE), true)
  assert.equal(await isNeeded(renewals, TWO), false)
  assert.equal(await isNeeded(renewals, THREE), false)
})

test('also when the first try was undone', async () => {
  const renewals = new Renewals()
  assert.equal(await isNeeded(renewals, ONE), true)
  assert.equal(await isNeeded(renewals, ONE), true)
  assert.equal(await isNeeded(renewals, TWO), false)
})

test('not where eight were closed within a day', async () => {
  const closed = (count, ago) => Array.from({ length: count }, () => ({ closed: Date.now() - ago }))
  assert.equal(await isNeeded(new Renewals(), recordOf(...closed(7, HOUR), {})), true)
  assert.equal(await isNeeded(new Renewals(), recordOf(...closed(8, HOUR), {})), false)
  assert.equal(await isNeeded(new Renewals(), recordOf(...closed(30, 25 * HOUR), {})), true)
})

test('but where the open one is of more than an hour ago, once', async () => {
  const closed = Array.from({ length: 8 }, () => ({ closed: Date.now() - HOUR }))
  const renewals = new Renewals()
  const old = recordOf(...closed, { created: Date.now() - HOUR - 1000 })
  assert.equal(await isNeeded(renewals, old), true)
  // Begun, and another in between: one of her own, say.
  assert.equal(await isNeeded(renewals, recordOf(...closed, {}, { created: Date.now() - HOUR - 1000 })), false)
  assert.equal(await isNeeded(new Renewals(), recordOf(...closed, { created: Date.now() - HOUR + 60_000 })), false)
})

test('one is begun where none is open', async () => {
  const renewals = await begun(ONE)
  assert.equal(await isNeeded(renewals, undefined), true)
  assert.equal(await isNeeded(renewals, recordOf({ closed: 1 })), true)
})

test('and where what is stored cannot be read', async () => {
  const renewals = await begun(ONE)
  assert.equal(await isNeeded(renewals, { _sessions: { broken: {} }, version: 'v1' }), true)
  assert.equal(await isNeeded(renewals, { version: 'of another time' }), true)
})

test('and with another phone of hers', async () => {
  const renewals = await begun(ONE)
  assert.equal(await isNeeded(renewals, ONE, { identity: 9 }), true)
  assert.equal(await isNeeded(renewals, ONE, { registrationId: 8 }), true)
})

test('and once for what she asks for again, whatever name she has', async () => {
  for (const asks of [{ from: ANA }, { from: NUMBER }, { from: '1203630@g.us', participant: ANA }]) {
    for (const jid of [ANA, NUMBER]) {
      const renewals = await begun(ONE)
      renewals.heard({ attrs: { type: 'retry', ...asks } })
      renewals.heard({ attrs: { type: 'retry', ...asks } })
      const message = JSON.stringify([asks, jid])
      assert.equal(await isNeeded(renewals, ONE, { jid }), true, message)
      assert.equal(await isNeeded(renewals, TWO), false, message)
    }
  }
})

test('also when the one that was begun for that came to nothing', async () => {
  const renewals = await begun(ONE)
  renewals.heard({ attrs: { type: 'retry', from: ANA } })
  assert.equal(await isNeeded(renewals, ONE), true)
  assert.equal(await isNeeded(renewals, ONE), true)
  assert.equal(await isNeeded(renewals, TWO), false)
  renewals.heard({ attrs: { type: 'retry', from: ANA } })
  assert.equal(await isNeeded(renewals, TWO), true)
})

test('where she has none at all, one is enough', async () => {
  const renewals = new Renewals()
  renewals.heard({ attrs: { type: 'retry', from: ANA } })
  assert.equal(await isNeeded(renewals, undefined), true)
  assert.equal(await isNeeded(renewals, ONE), false)
})

test('not when another device of hers does, or she reads one', async () => {
  const renewals = await begun(ONE)
  renewals.heard({ attrs: { type: 'retry', from: ANA.replace('@', ':3@') } })
  renewals.heard({ attrs: { from: ANA } })
  assert.equal(await isNeeded(renewals, ONE), false)
  assert.equal(await isNeeded(renewals, ONE, { jid: ANA.replace('@', ':3@') }), true)
})

test('who has a number only is asked about by that', async () => {
  const renewals = await begun(ONE)
  renewals.heard({ attrs: { type: 'retry', from: STRANGER } })
  for (let i = 0; i < 2; i++) assert.equal(await isNeeded(renewals, ONE, { jid: STRANGER }), true)
})

// ---- with real sessions

test('a store that went back to an older state is healed by the next start', async () => {
  const me = '22220000000001@lid'
  const hers = deviceOf(B.initAuthCreds(), memory())
  const creds = B.initAuthCreds()
  const keys = memory()
  const send = async (device, text) => {
    const { type, ciphertext } = await device.encryptMessage({ jid: ANA, data: Buffer.from(text) })
    return hers.decryptMessage({ jid: me, type, ciphertext }).then(read => `${type} ${read}`, error => error.message)
  }
  const answer = async (device, text) => device.decryptMessage({ jid: ANA, ...(await hers.encryptMessage({ jid: me, data: Buffer.from(text) })) })

  const first = ours(creds, keys)
  await first.injectE2ESession({ jid: ANA, session: await bundleOf(hers) })
  assert.equal(await send(first, 'one'), 'pkmsg one')
  await answer(first, 'yours')
  assert.equal(await send(first, 'two'), 'msg two')
  const before = new Map(keys.tables)
  await send(first, 'three')
  await send(first, 'four')

  // Without what the server says at a start: a position that was used.
  const silentStart = ours(creds, memory(new Map(before)))
  assert.match(await send(silentStart, 'lost'), /No matching sessions|used already/)

  const next = ours(creds, memory(new Map(before)))
  await next.injectE2ESession({ jid: ANA, session: await bundleOf(hers) })
  assert.equal(await send(next, 'five'), 'pkmsg five')
  await next.injectE2ESession({ jid: ANA, session: await bundleOf(hers) })
  await answer(next, 'read')
  assert.equal(await send(next, 'six'), 'msg six')
})
