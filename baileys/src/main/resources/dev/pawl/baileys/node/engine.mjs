// The published Baileys, found from the directory it is installed in. Its files are not changed.
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import './quiet.mjs'

const from = createRequire(join(process.env.PAWL_PACKAGES, 'noop.js'))
const main = from.resolve('baileys')
const inside = path => import(new URL(path, pathToFileURL(main)).href)

export const B = await import(pathToFileURL(main).href)
export const { makeLibSignalRepository } = await inside('./Signal/libsignal.js')
export const { Curve, generateSignalPubKey } = await inside('./Utils/crypto.js')
/** libsignal as Baileys has it: GPL-3.0, from the user's own installation, never from us. */
export const signal = createRequire(main)
export const { version } = from('baileys/package.json')

export const makeWASocket = B.makeWASocket ?? B.default
export const json = {
  text: value => JSON.stringify(value, B.BufferJSON.replacer),
  parse: text => JSON.parse(text, B.BufferJSON.reviver)
}

/** An error as Baileys makes them, with the status code that tells applications what to do. */
export const boom = (message, statusCode) => Object.assign(new Error(message), { isBoom: true, output: { statusCode } })
