// The stand-in behind a pipe, for tests that are not written in JavaScript. One JSON request a line on standard input, {"n":…,"op":…,…};
// one JSON answer a line on standard output, {"n":…,"ok":true,"result":…} or {"n":…,"ok":false,"error":…}, in the order in which they are
// ready. Ends when its standard input ends. Accounts are named, devices are named by their JID.
import './own-context.mjs'
import { createRequire } from 'node:module'
import { together } from './distinct.mjs'
import { operationsOf } from './operations.mjs'
import { jobOperationsOf } from './operations-jobs.mjs'
import { mediaOperationsOf } from './operations-media.mjs'
import { wireOperations } from './operations-wire.mjs'
import { StandIn } from './server.mjs'

const server = await StandIn.start()
const operations = together(operationsOf(server), mediaOperationsOf(server), jobOperationsOf(server), wireOperations(server))
const answer = message => process.stdout.write(JSON.stringify(message) + '\n')

const serve = async line => {
  const { n, op, ...request } = JSON.parse(line)
  try {
    if (!Object.hasOwn(operations, op)) throw new Error(`unknown operation ${op}`)
    answer({ n, ok: true, result: (await operations[op](request)) ?? null })
  } catch (error) {
    answer({ n, ok: false, error: String(error?.message ?? error) })
  }
}

process.on('unhandledRejection', error => {
  server.fault(error)
  process.stderr.write(`stand-in: unhandled ${error?.stack ?? error}\n`)
})
process.stdout.on('error', () => process.exit(1))

let rest = ''
process.stdin.setEncoding('utf8')
process.stdin.on('data', chunk => {
  const lines = (rest + chunk).split('\n')
  rest = lines.pop()
  for (const line of lines) if (line) serve(line)
})
process.stdin.on('end', () => process.exit(0))

const { version } = createRequire(import.meta.url)('baileys/package.json')
answer({ url: server.url, root: server.rootKey, baileys: version })
