// When a new session is begun with somebody with whom there is one.
import assert from 'node:assert'
import { test } from 'node:test'
import { bridge } from './bridge.mjs'

const { signal } = await bridge('engine.mjs')
const { Renewals } = await bridge('renewals.mjs')
const SessionRecord = signal('libsignal/src/session_record.js')

const ANA = '22220000000002@lid'
const NUMBER = '6281200000002@s.whatsapp.net'
const bytes = value => Buffer.alloc(33, value)

/** A record of sessions with her: identity, number of the registration, and whether it is closed. */
const recordOf = (...sessions) => {
  const record = new SessionRecord()
  for (const [i, { identity = 1, registrationId = 7, isClosed = false }] of sessions.entries()) {
    const session = SessionRecord.createEntry()
    session.registrationId = registrationId
    session.currentRatchet = {
      ephemeralKeyPair: { pubKey: bytes(2), privKey: bytes(3) }, lastRemoteEphemeralKey: bytes(4), previousCounter: 0, rootKey: bytes(5)
    }
    session.indexInfo = { baseKey: bytes(10 + i), baseKeyType: 1, closed: isClosed ? 1 : -1, used: 1, created: 1, remoteIdentityKey: bytes(identity) }
    record.setSession(session)
  }
  return record.serialize()
}

const repository = {
  jidToSignalProtocolAddress: jid => `${jid.split('@')[0].split(':')[0]}_1.${/:(\d+)@/.exec(jid)?.[1] ?? 0}`,
  lidMapping: { getPNForLID: async jid => jid.replace('22220000000002', '6281200000002').replace('@lid', '@s.whatsapp.net') }
}

/** Whether the server's word of her begins a new one, where there are these sessions. */
const isNeeded = (renewals, record, { jid = ANA, identity = 1, registrationId = 7 } = {}) => {
  const keys = { get: async (type, [name]) => ({ [name]: record }) }
  return renewals.isNeeded({ jid, session: { registrationId, identityKey: bytes(identity) } }, repository, keys)
}

test('a session that is open goes on', async () => {
  assert.equal(await isNeeded(new Renewals(), recordOf({ isClosed: true }, {})), false)
})

test('one is begun where none is open', async () => {
  assert.equal(await isNeeded(new Renewals(), undefined), true)
  assert.equal(await isNeeded(new Renewals(), recordOf({ isClosed: true })), true)
})

test('and with another phone of hers', async () => {
  assert.equal(await isNeeded(new Renewals(), recordOf({}), { identity: 9 }), true)
  assert.equal(await isNeeded(new Renewals(), recordOf({}), { registrationId: 8 }), true)
})

test('and as often as she asks for a message again, whatever name she has', async () => {
  for (const asks of [{ from: ANA }, { from: NUMBER }, { from: '1203630@g.us', participant: ANA }]) {
    const renewals = new Renewals()
    renewals.heard({ attrs: { type: 'retry', ...asks } })
    renewals.heard({ attrs: { type: 'retry', ...asks } })
    assert.equal(await isNeeded(renewals, recordOf({})), true, JSON.stringify(asks))
    assert.equal(await isNeeded(renewals, recordOf({})), false)
  }
})

test('not when another device of hers does, or she reads one', async () => {
  const renewals = new Renewals()
  renewals.heard({ attrs: { type: 'retry', from: ANA.replace('@', ':3@') } })
  renewals.heard({ attrs: { from: ANA } })
  assert.equal(await isNeeded(renewals, recordOf({})), false)
  assert.equal(await isNeeded(renewals, recordOf({}), { jid: ANA.replace('@', ':3@') }), true)
})
