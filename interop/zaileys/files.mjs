// Real zaileys on a directory. One JSON request on standard input, one JSON answer on standard output.
//   {"directory", "op": "fill", "creds", "signal": {type: {id: value}}}
//   {…, "op": "read", "signal": {type: [ids]}}
//   {…, "op": "delete", "signal": {type: [ids]}}, {…, "op": "clear"}
// Bytes are BufferJSON both ways.

import { BufferJSON } from 'baileys'
import { FileAuthStore } from 'zaileys'

const text = async stream => {
  const chunks = []
  for await (const chunk of stream) chunks.push(chunk)
  return Buffer.concat(chunks).toString('utf8')
}

const request = JSON.parse(await text(process.stdin), BufferJSON.reviver)
const auth = new FileAuthStore({ basePath: request.directory })

const operations = {
  fill: async () => {
    if (request.creds) await auth.creds.writeCreds(request.creds)
    if (request.signal) await auth.signal.write(request.signal)
  },
  read: async () => {
    const answer = { creds: (await auth.creds.readCreds()) ?? null, signal: {} }
    for (const [type, ids] of Object.entries(request.signal ?? {})) answer.signal[type] = await auth.signal.read(type, ids)
    return answer
  },
  delete: async () => {
    for (const [type, ids] of Object.entries(request.signal)) await auth.signal.delete(type, ids)
  },
  clear: () => auth.signal.clear()
}

const result = await operations[request.op]()
await auth.signal.close()
process.stdout.write(JSON.stringify(result ?? null, BufferJSON.replacer))
