// A writer that is killed, and what is found afterwards; the twin of CrashWork in Java, where the notes are described.

import fs from 'node:fs'
import path from 'node:path'
import { fill, fixture, request, sessionId, sessionIds, stores, xorshift } from './common.mjs'
import { message } from './message.mjs'

export const crashWork = async () => {
  const content = await fixture(request.fixture)
  const pool = await fixture(request.pool)
  await fill(request.place, content)
  await stores.keep?.(request)
  const store = await stores.open(request)
  const random = xorshift(42)
  const notes = fs.openSync(request.notes, 'a')
  for (let i = 0; ; i++) {
    const id = sessionId(random(request.sessions))
    const value = { ...pool[random(64)], seq: i }
    await message(store, content.creds, id, value, i, change => fs.writeSync(notes, change + '\n'))
  }
}

const acknowledged = () => {
  const seen = { sessions: new Map(), deleted: new Set(), nextPreKey: 0, changes: 0 }
  const text = fs.readFileSync(request.notes, 'utf8')
  for (const line of text.slice(0, text.lastIndexOf('\n')).split('\n')) {
    const [kind, what, number] = line.split(' ')
    if (kind === 'S') seen.sessions.set(what, Number(number))
    else if (kind === 'D') seen.deleted.add(what)
    else seen.nextPreKey = Number(what)
    seen.changes++
  }
  return seen
}

/** Files of stores that keep a record in each: empty ones, those that are no JSON, and temporary ones. */
const files = count => {
  if (!fs.existsSync(request.place)) return
  for (const name of fs.readdirSync(request.place, { recursive: true })) {
    const file = path.join(request.place, name)
    if (path.basename(name).startsWith('tmp-')) count('leftovers')
    else if (name.endsWith('.json')) {
      const text = fs.readFileSync(file, 'utf8')
      try {
        JSON.parse(text)
      } catch {
        count(text.length ? 'unreadable' : 'emptyFiles')
      }
    }
  }
}

const look = async (store, seen, count) => {
  const next = store.credentials?.nextPreKeyId ?? 0
  if (!store.credentials?.me) count('lostCredentials')
  else if (next < seen.nextPreKey) count('staleCredentials')
  let last = -1
  for (const id of sessionIds(request.sessions)) {
    let record
    try {
      record = (await store.get('session', [id]))[id]
    } catch (error) {
      console.error(error.message)
      count('unreadable')
      continue
    }
    if (!record) count('lostSessions')
    else if ((record.seq ?? -1) < (seen.sessions.get(id) ?? -1)) count('staleSessions')
    last = Math.max(last, record?.seq ?? -1)
  }
  const used = String(1 + (last - 9) / 10)
  const preKeys = await store.get('pre-key', [...seen.deleted, ...(last % 10 === 9 ? [used] : [])])
  for (const id of seen.deleted) if (preKeys[id]) count('resurrected')
  const half = last % 10 === 9 ? next !== 813 + last || Boolean(preKeys[used]) : last >= 0 && next > 813 + last
  if (half) count('halves')
}

export const crashLook = async () => {
  const found = {}
  for (const kind of ['notOpened', 'emptyFiles', 'unreadable', 'lostSessions', 'staleSessions', 'lostCredentials', 'staleCredentials', 'resurrected', 'halves', 'leftovers']) found[kind] = 0
  const count = kind => found[kind]++
  const seen = acknowledged()
  files(count)
  try {
    const store = await stores.open(request)
    await look(store, seen, count)
    await store.close()
  } catch (error) {
    console.error(error.message)
    count('notOpened')
  }
  // Half a message is no damage where nobody promised whole ones.
  const damage = Object.entries(found).some(([kind, times]) => times && kind !== 'leftovers' && kind !== 'halves')
  return { ...found, damaged: damage ? 1 : 0, acknowledged: seen.changes }
}
