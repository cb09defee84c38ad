// Real Baileys behind a pipe. One JSON request a line on standard input, {"id":…,"op":…,…}; one JSON answer a line on standard output,
// {"id":…,"ok":true,"result":…} or {"id":…,"ok":false,"error":{"name":…,"message":…}}, in the order in which they are ready.
// Requests run concurrently: who needs an order waits for the answer. The process ends when its standard input ends.

import { operations } from './operations.mjs'

const answer = message => process.stdout.write(JSON.stringify(message) + '\n')

const failure = error => ({ name: error?.constructor?.name ?? 'Error', message: String(error?.message ?? error), code: error?.code ?? null })

const serve = async line => {
  let id = null
  try {
    const { id: given, op, ...request } = JSON.parse(line)
    id = given ?? null
    if (!Object.hasOwn(operations, op)) throw new Error(`unknown operation ${JSON.stringify(op)}`)
    const result = await operations[op](request)
    answer({ id, ok: true, result: result === undefined ? null : result })
  } catch (error) {
    answer({ id, ok: false, error: failure(error) })
  }
}

process.stdout.on('error', () => process.exit(1))
process.on('unhandledRejection', error => process.stderr.write(`peer: unhandled ${failure(error).name}: ${failure(error).message}\n`))

// Not readline: it also splits at U+2028 and U+2029, which JSON text may hold.
let rest = Buffer.alloc(0)
process.stdin.on('data', chunk => {
  rest = rest.length ? Buffer.concat([rest, chunk]) : chunk
  for (let end = rest.indexOf(10); end >= 0; end = rest.indexOf(10)) {
    const line = rest.toString('utf8', 0, end)
    rest = rest.subarray(end + 1)
    if (line.trim()) serve(line)
  }
})
process.stdin.on('end', () => process.exit(0))
