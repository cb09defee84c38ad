// node --import …/preload.mjs app.mjs
//
// Points an unmodified Baileys at the stand-in before the application runs, and keeps it from talking to anybody else:
//   WA_STANDIN_ROOT    hex public key in place of WhatsApp's long-term root of Noise certificates
//   WA_STANDIN_URL     ws://127.0.0.1:PORT/…, the default of makeWASocket from now on (an explicit waWebSocketUrl still wins)
//   WA_STANDIN_STRICT  unless empty, Baileys gets a signature check that can fail. The published one accepts any 64 bytes, so that
//                      without this neither the root above nor the phone's account signature decides anything. The bridge of Pawl
//                      has its own: there this stays empty.
//   WA_STANDIN_FROM    the directory from which the application finds its Baileys; a second copy would be changed in vain
// The files of the package stay as they are; only properties of two exported objects change.
import { createRequire } from 'node:module'
import net from 'node:net'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { bringFilesTo } from './media-preload.mjs'

const { WA_STANDIN_ROOT, WA_STANDIN_URL, WA_STANDIN_STRICT, WA_STANDIN_FROM } = process.env

const from = createRequire(join(WA_STANDIN_FROM ?? process.cwd(), 'noop.js'))
const inside = path => import(new URL(path, pathToFileURL(from.resolve('baileys'))).href)
const defaults = await inside('./Defaults/index.js')

if (WA_STANDIN_ROOT) defaults.WA_CERT_DETAILS.PUBLIC_KEY = Buffer.from(WA_STANDIN_ROOT, 'hex')
if (WA_STANDIN_URL) {
  defaults.DEFAULT_CONNECTION_CONFIG.waWebSocketUrl = WA_STANDIN_URL
  bringFilesTo(new URL(WA_STANDIN_URL))
}

if (WA_STANDIN_STRICT) {
  const { Curve, generateSignalPubKey } = await inside('./Utils/crypto.js')
  const { verifySignature } = createRequire(from.resolve('baileys'))('libsignal/src/curve.js')
  Curve.verify = (key, message, signature) => verifySignature(generateSignalPubKey(key), message, signature) === true
}

const LOOPBACK = new Set(['127.0.0.1', '::1', 'localhost', undefined])
const connect = net.Socket.prototype.connect
net.Socket.prototype.connect = function (...args) {
  const options = Array.isArray(args[0]) ? args[0][0] : args[0]
  const host = typeof options === 'object' ? options.host : typeof args[1] === 'string' ? args[1] : undefined
  const isLocal = typeof options === 'object' ? options.path !== undefined || LOOPBACK.has(host) : LOOPBACK.has(host)
  if (isLocal) return connect.apply(this, args)
  const error = Object.assign(new Error(`stand-in: refused to connect to ${host}`), { code: 'ESTANDIN' })
  process.emitWarning(error.message)
  process.nextTick(() => this.destroy(error))
  return this
}
