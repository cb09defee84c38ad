// Runs the published Baileys for a JVM, which keeps all of its state. Started by Pawl; talks in frames, see channel.mjs.
import { AsyncResource } from 'node:async_hooks'
import { complain, output } from './quiet.mjs'
import { json, version } from './engine.mjs'
import { Channel, VERSION } from './channel.mjs'
import { takeCopyFailure } from './files.mjs'
import { Link } from './link.mjs'
import { mend } from './mends.mjs'

// Baileys has the stack of every answer that it waits for written down. Nobody reads them here: of errors only the message is told.
Error.stackTraceLimit = 0

const links = new Map()

/** Links that have ended and whose last events the JVM may be taking over still. */
const ended = new Map()
const LAST_EVENTS_MILLIS = 30_000

const endOf = link => {
  links.delete(link.number)
  if (!link.events.isAwaited) return
  ended.set(link.number, link)
  setTimeout(() => ended.delete(link.number), LAST_EVENTS_MILLIS).unref()
}

const taken = ({ l, taken: upTo, stored }) => {
  const link = links.get(l) ?? ended.get(l)
  link?.taken(upTo, stored)
  if (!link?.events.isAwaited) ended.delete(l)
}

const open = ({ l: number, creds, options }) => {
  const link = new Link({ number, creds, options, channel })
  link.onEnd = () => endOf(link)
  links.set(number, link)
  return null
}

const QUESTIONS = new Set(['send', 'modify', 'code', 'logout'])

const answer = async request => {
  const { i: a, ask, l } = request
  try {
    if (ask === 'open') return channel.send({ a, ok: open(request) })
    if (!QUESTIONS.has(ask)) throw new Error(`unknown question ${ask}`)
    const link = links.get(l)
    if (!link) throw new Error('the link has ended')
    const result = await link.answer(ask, request)
    channel.send({ a, ok: result ?? null })
  } catch (error) {
    const { path, isPermanent } = error ?? {}
    channel.send({ a, error: String(error?.message ?? error), permanent: Boolean(isPermanent), path })
  }
}

const serve = message => {
  if (message.hello !== undefined) return greeted(message)
  if (message.ask) return answer(message)
  if (message.taken !== undefined) return taken(message)
  if (message.tell === 'end') return links.get(message.l)?.end()
  if (message.tell === 'disconnect') return links.get(message.l)?.disconnect()
}

const greeted = ({ hello, mends }) => {
  if (hello !== VERSION) leave(2, `the JVM speaks version ${hello} of the channel, this bridge speaks ${VERSION}`)
  mend(mends ?? {})
  channel.send({ ready: true })
}

const leave = (status, reason) => {
  channel.flush()
  if (reason) complain('fatal', reason)
  process.exit(status)
}

const channel = new Channel({ output, json, serve })

// The JVM is gone when its end of the pipe is; should something else hold that end open, when we have another parent.
const parent = process.ppid
setInterval(() => process.ppid !== parent && leave(0), 2000).unref()
// In nobody's transaction, whoever made room for it to go on.
process.stdin.on('data', AsyncResource.bind(chunk => channel.receive(chunk)))
process.stdin.on('end', () => leave(0))
process.stdin.on('error', () => leave(0))
process.stdout.on('error', () => leave(0))
process.on('uncaughtException', error => takeCopyFailure(error) || leave(1, `unexpected ${error?.name}: ${error?.message}`))
// A promise of one session that nobody waits for is no reason to end all of them.
process.on('unhandledRejection', error => complain('error', `nobody waited for ${error?.name}: ${error?.message}`))

channel.send({ hello: VERSION, baileys: version, node: process.version, pid: process.pid })
