// What the tests ask of real zaileys, whatever it stores in. One JSON request on standard input, one JSON answer on standard output.
//   {"op": "fill", "creds", "signal": {type: {id: value}}, "messages", "chats", "contacts", "presence": {jid: value}}
//   {"op": "read", "signal": {type: [ids]}, "chats": [jids with messages], "limit", "before", "presence": [jids]}
//   {"op": "delete", "signal": {type: [ids]}}, {"op": "clearAuth"}, {"op": "clearHistory"}
// Bytes are BufferJSON both ways.

import { BufferJSON } from 'baileys'

const text = async stream => {
  const chunks = []
  for await (const chunk of stream) chunks.push(chunk)
  return Buffer.concat(chunks).toString('utf8')
}

const fill = async (request, auth, history) => {
  if (request.creds) await auth.creds.writeCreds(request.creds)
  if (request.signal) await auth.signal.write(request.signal)
  for (const message of request.messages ?? []) await history.saveMessage(message)
  for (const chat of request.chats ?? []) await history.saveChat(chat)
  for (const contact of request.contacts ?? []) await history.saveContact(contact)
  for (const [jid, presence] of Object.entries(request.presence ?? {})) await history.savePresence(jid, presence)
}

const read = async (request, auth, history) => {
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
  delete: async (request, auth) => {
    for (const [type, ids] of Object.entries(request.signal)) await auth.signal.delete(type, ids)
  },
  clearAuth: (request, auth) => auth.signal.clear(),
  clearHistory: (request, auth, history) => history.clear()
}

// Does what the request says on the stores that it names. Some stores can do more than others.
export const answer = async (open, more = {}) => {
  const request = JSON.parse(await text(process.stdin), BufferJSON.reviver)
  const stores = await open(request)
  const { auth, history } = stores
  const other = more[request.op]
  const result = other ? await other(request, stores) : await operations[request.op](request, auth, history)
  await auth.signal.close()
  await history.close()
  process.stdout.write(JSON.stringify(result ?? null, BufferJSON.replacer))
}
