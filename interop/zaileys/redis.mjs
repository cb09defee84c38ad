// Real zaileys on a Redis server. One JSON request on standard input, one JSON answer on standard output.
//   {"url", "namespace", "op": "fill", "creds", "signal": {type: {id: value}}, "messages", "chats", "contacts", "presence": {jid: value}}
//   {…, "op": "read", "signal": {type: [ids]}, "chats": [jids with messages], "limit", "before", "presence": [jids]}
//   {…, "op": "delete", "signal": {type: [ids]}}, {…, "op": "clearAuth"}, {…, "op": "clearHistory"}
// Bytes are BufferJSON both ways.

import { BufferJSON } from 'baileys'
import { RedisAuthStore, RedisMessageStore } from 'zaileys'

const text = async stream => {
  const chunks = []
  for await (const chunk of stream) chunks.push(chunk)
  return Buffer.concat(chunks).toString('utf8')
}

const request = JSON.parse(await text(process.stdin), BufferJSON.reviver)
const { url, namespace } = request
const auth = new RedisAuthStore({ url, namespace })
const history = new RedisMessageStore({ url, namespace })

const fill = async () => {
  if (request.creds) await auth.creds.writeCreds(request.creds)
  if (request.signal) await auth.signal.write(request.signal)
  for (const message of request.messages ?? []) await history.saveMessage(message)
  for (const chat of request.chats ?? []) await history.saveChat(chat)
  for (const contact of request.contacts ?? []) await history.saveContact(contact)
  for (const [jid, presence] of Object.entries(request.presence ?? {})) await history.savePresence(jid, presence)
}

const read = async () => {
  const answer = { creds: (await auth.creds.readCreds()) ?? null, signal: {}, messages: {}, presence: {} }
  for (const [type, ids] of Object.entries(request.signal ?? {})) answer.signal[type] = await auth.signal.read(type, ids)
  const page = { limit: request.limit ?? 100 }
  if (request.before !== undefined) page.before = request.before
  for (const jid of request.chats ?? []) answer.messages[jid] = await history.listMessages(jid, page)
  for (const jid of request.presence ?? []) answer.presence[jid] = (await history.getPresence(jid)) ?? null
  answer.chats = await history.listChats()
  answer.archived = await history.listChats({ archived: true })
  answer.contacts = await history.listContacts()
  return answer
}

const operations = {
  fill,
  read,
  delete: async () => {
    for (const [type, ids] of Object.entries(request.signal)) await auth.signal.delete(type, ids)
  },
  clearAuth: () => auth.signal.clear(),
  clearHistory: () => history.clear()
}

const result = await operations[request.op]()
await auth.signal.close()
await history.close()
process.stdout.write(JSON.stringify(result ?? null, BufferJSON.replacer))
