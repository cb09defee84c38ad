// The published Baileys, found from the directory it is installed in. Its files are not changed.
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import './contexts.mjs'
import './quiet.mjs'

const from = createRequire(join(process.env.PAWL_PACKAGES, 'noop.js'))
const main = from.resolve('baileys')
const inside = path => import(new URL(path, pathToFileURL(main)).href)

export const B = await import(pathToFileURL(main).href)
export const { makeLibSignalRepository } = await inside('./Signal/libsignal.js')
export const groups = await inside('./Signal/Group/index.js')
export const { Curve, generateSignalPubKey } = await inside('./Utils/crypto.js')
/** libsignal as Baileys has it: GPL-3.0, from the user's own installation, never from us. */
export const signal = createRequire(main)
export const { version } = from('baileys/package.json')

export const makeWASocket = B.makeWASocket ?? B.default

/**
 * JSON as Baileys has it, with bytes in it. What is asked about every value on the way there and back takes several times as long as
 * the rest, so it is left out where there are none: sessions, which come and go with each message, write theirs as text.
 */
export const json = {
  text: value => (mayHoldBytes(value) ? JSON.stringify(value, B.BufferJSON.replacer) : JSON.stringify(value)),
  parse: text => (MAY_HOLD_BYTES.test(text) ? JSON.parse(text, B.BufferJSON.reviver) : JSON.parse(text))
}

/** What marks bytes, also in letters that are written as numbers; or an object whose first name may be a number, as in arrays of bytes. */
const MAY_HOLD_BYTES = /"Buffer"|\\u|\{\s*"[\s\\+\-\d]/

/** Whether it is, or has somewhere in it, what the text of it would have to be changed for, or what makes its text itself. */
const mayHoldBytes = value => {
  if (typeof value !== 'object' || value === null) return false
  if (ArrayBuffer.isView(value) || value.type === 'Buffer') return true
  // A message of protobuf turns into what has none: there bytes are base64.
  if (typeof value.toJSON === 'function') return typeof value.constructor?.getTypeUrl !== 'function'
  if (Array.isArray(value)) return value.some(mayHoldBytes)
  for (const name in value) if (mayHoldBytes(value[name])) return true
  return false
}

/** An error as Baileys makes them, with the status code that tells applications what to do. */
export const boom = (message, statusCode) => Object.assign(new Error(message), { isBoom: true, output: { statusCode } })
