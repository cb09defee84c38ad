// The watch over a client: that it notices what must never happen. A client that does such things is hard to come by.
import assert from 'node:assert'
import { EventEmitter } from 'node:events'
import { test } from 'node:test'
import { el } from '../stanza.mjs'
import { Watch } from '../watch.mjs'

const ME = { pnJid: '6281200000001:2@s.whatsapp.net' }
const ANA = '22220000000002@lid'

/** Protobuf: numbers and bytes, by field number. All are shorter than 128. */
const encoded = fields =>
  Buffer.concat(Object.entries(fields).map(([number, value]) =>
    typeof value === 'number' ? Buffer.from([number << 3, value]) : Buffer.concat([Buffer.from([(number << 3) | 2, value.length]), value])))

const msg = (ratchet, counter, text) =>
  Buffer.concat([Buffer.from([0x33]), encoded({ 1: Buffer.from(ratchet), 2: counter, 4: Buffer.from(text) }), Buffer.alloc(8)])
const pkmsg = (preKey, baseKey, message = msg('ratchet', 0, 'hello')) =>
  Buffer.concat([Buffer.from([0x33]), encoded({ ...(preKey && { 1: preKey }), 2: Buffer.from(baseKey), 4: message })])

const key = (id, value) => el('key', {}, [el('id', {}, Buffer.from([0, 0, id])), el('value', {}, Buffer.from(value))])
const upload = (...keys) => el('iq', { xmlns: 'encrypt', type: 'set' }, [el('list', {}, keys)])
const retry = one => el('receipt', { id: 'M1', to: ANA, type: 'retry' }, [el('keys', {}, [one])])
const message = (id, type, content, attrs = { to: ANA }) => el('message', { id, ...attrs }, [el('enc', { v: '2', type }, content)])

const watching = () => {
  const server = Object.assign(new EventEmitter(), { routing: { deliver: async () => {} } })
  const watch = new Watch(server)
  const pass = direction => (node, device = ME) => server.emit('stanza', direction, node, { device })
  return { watch, says: pass('in'), gets: pass('out') }
}

test('a pre-key that is announced again is noticed, to the server and to a person, with the same key or another', () => {
  const { watch, says } = watching()
  says(upload(key(1, 'a'), key(2, 'b')))
  says(retry(key(3, 'c')))
  says(upload(key(3, 'c')), { pnJid: '6281200000009:2@s.whatsapp.net' })
  assert.deepEqual(watch.violations, [])
  says(upload(key(2, 'b')))
  says(retry(key(3, 'd')))
  assert.equal(watch.violations.length, 2)
  assert.match(watch.violations[0], /pre-key .* 2 was announced to the server and again to the server: the same key/)
  assert.match(watch.violations[1], /pre-key .* 3 was announced to .*@lid and again to .*@lid: another key/)
  assert.deepEqual([watch.counts.uploaded, watch.counts.announced], [4, 6])
})

test('a place in a ratchet that is used for two ciphertexts, and one behind the last, are noticed', () => {
  const { watch, says } = watching()
  says(message('A', 'msg', msg('ratchet', 4, 'one')))
  says(message('A', 'msg', msg('ratchet', 4, 'one')))
  says(message('B', 'msg', msg('another', 0, 'two')))
  says(message('C', 'pkmsg', pkmsg(7, 'base', msg('ratchet', 5, 'three'))))
  assert.deepEqual(watch.violations, [])
  says(message('D', 'msg', msg('ratchet', 5, 'four')))
  says(message('E', 'msg', msg('ratchet', 3, 'five')))
  assert.equal(watch.violations.length, 2)
  assert.match(watch.violations[0], / 5 was used for C and again for D/)
  assert.match(watch.violations[1], /went back from 5 to 3 with E/)
})

test('a pre-key that begins two conversations is noticed, and not one that all messages before the first answer name', () => {
  const { watch, gets } = watching()
  const from = { from: ANA }
  gets(message('A', 'pkmsg', pkmsg(7, 'base'), from))
  gets(message('B', 'pkmsg', pkmsg(7, 'base'), from))
  gets(message('C', 'pkmsg', pkmsg(8, 'other'), from))
  gets(message('D', 'pkmsg', pkmsg(undefined, 'third'), from))
  gets(message('E', 'pkmsg', pkmsg(undefined, 'fourth'), from))
  gets(message('F', 'msg', msg('ratchet', 1, 'more'), from))
  assert.deepEqual(watch.violations, [])
  assert.equal(watch.counts.handedOut, 2)
  gets(message('G', 'pkmsg', pkmsg(7, 'again'), from))
  assert.equal(watch.violations.length, 1)
  assert.match(watch.violations[0], /pre-key .* 7 begins a conversation in A and another in G/)
})

test('somebody who wants to be paired is noticed', () => {
  const { watch, gets } = watching()
  gets(el('iq', { type: 'set' }, [el('pair-device', {}, [])]))
  assert.deepEqual(watch.violations, ['a client came that wanted to be paired'])
})
