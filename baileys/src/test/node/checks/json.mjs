// The JSON of the bridge, which looks for bytes first, beside that of Baileys, which asks about every value.
import assert from 'node:assert'
import { test } from 'node:test'
import { bridge } from './bridge.mjs'

const { B, json } = await bridge('engine.mjs')

// A small generator of its own, so that a failure can be seen again.
let state = 20261122
const below = n => ((state = (state * 1103515245 + 12345) % 2147483648) >>> 8) % n
const oneOf = list => list[below(list.length)]
const several = make => Array.from({ length: below(4) }, make)

const NAMES = ['key', 'type', 'data', 'Buffer', '0', '1', '12x', ' 3', '-4', 'é', '"', '\\', 'constructor', '\u2028']
const bytes = () => Buffer.from(several(() => below(256)))

const message = () =>
  B.proto.WebMessageInfo.fromObject({
    key: { id: `${below(1000)}`, fromMe: !below(2), remoteJid: oneOf(NAMES) },
    message: { extendedTextMessage: { text: oneOf(NAMES), jpegThumbnail: bytes() }, messageContextInfo: { messageSecret: bytes() } },
    messageTimestamp: below(2 ** 31)
  })

const value = depth => {
  switch (below(depth > 4 ? 5 : 12)) {
    case 0: return oneOf(NAMES)
    case 1: return below(1000) - 500
    case 2: return oneOf([null, true, false, undefined])
    case 3: return bytes().toString('base64')
    case 4: return below(100) / 7
    case 5: return bytes()
    case 6: return new Uint8Array(bytes())
    case 7: return oneOf([{ type: 'Buffer', data: bytes().toString('base64') }, { type: 'Buffer', data: [...bytes()] }, { type: 'Buffer', data: 'x' }])
    case 8: return message()
    case 9: return several(() => value(depth + 1))
    case 10: return { ...several(() => below(256)) }
    default: return Object.fromEntries(several(() => [oneOf(NAMES), value(depth + 1)]))
  }
}

const tried = work => {
  try {
    return { gave: work() }
  } catch (error) {
    return { threw: error.constructor.name }
  }
}

const TEXTS = [
  '{"type":"\\u0042uffer","data":"AAAA"}', '{"\\u0030":1}', '{ "0" : 1 , "1" : 2 }', '{"a":{"7":255}}', '{"\\t0":1}', '{"+1":2}', '{"-1":2}',
  '{"text":"{\\"0\\":1}"}', '{"text":"Buffer"}', '[]', '{}', '"Buffer"', 'null', '{', ''
]

const parsesAlike = text => assert.deepStrictEqual(tried(() => json.parse(text)), tried(() => JSON.parse(text, B.BufferJSON.reviver)), text)

test('text that looks like bytes is read as Baileys reads it', () => TEXTS.forEach(parsesAlike))

test('values with bytes in all their forms come and go as with Baileys', () => {
  let texts = 0
  for (let step = 0; step < 20_000; step++) {
    const made = value(0)
    const ours = tried(() => json.text(made))
    assert.deepStrictEqual(ours, tried(() => JSON.stringify(made, B.BufferJSON.replacer)))
    if (ours.gave === undefined) continue
    parsesAlike(ours.gave)
    parsesAlike(JSON.stringify(made, null, 1))
    texts++
  }
  assert.ok(texts > 10_000)
})
