// The works on histories of messages; what each is stands beside its twin in Java (HistoryWork, IngestWork, FloodWork, QueryWork). Peers are given plain objects with Buffers in them, which is their best case.

import fs from 'node:fs'
import path from 'node:path'
import readline from 'node:readline'
import { EventEmitter } from 'node:events'
import { now, number, percentile, request, settle, stores, xorshift } from './common.mjs'

const FIRST_SECOND = 1_700_000_000
const PAGE = 50

const jid = chat => (chat % 4 === 3 ? `12036304${number(chat, 10)}@g.us` : `62812${number(chat, 8)}@s.whatsapp.net`)
const chat = c => ({
  id: jid(c),
  name: `Chat ${c}`,
  conversationTimestamp: FIRST_SECOND + c,
  unreadCount: c % 7,
  archived: c % 10 === 0,
  pinned: 0,
  muteEndTime: 0,
  ephemeralExpiration: 0,
  notSpam: true
})
const chats = count => Array.from({ length: count }, (_, c) => chat(c))

async function* messages(count) {
  const { BufferJSON } = await import('baileys')
  const lines = readline.createInterface({ input: fs.createReadStream(path.join(request.fixtures, request.fixture)) })
  let i = 0
  for await (const line of lines) {
    if (i++ === count) break
    yield JSON.parse(line, BufferJSON.reviver)
  }
  lines.close()
}

const all = async count => {
  const list = []
  for await (const message of messages(count)) list.push(message)
  return list
}

// A store bound to an emitter; bind gives nothing to wait for, so the promises of its writes are kept.
const bound = store => {
  const ev = new EventEmitter()
  let pending = []
  for (const name of ['saveMessage', 'saveChat']) {
    const write = store[name].bind(store)
    store[name] = what => {
      const written = write(what)
      pending.push(written)
      return written
    }
  }
  store.bind({ ev })
  return {
    emit: (name, data) => void ev.emit(name, data),
    settle: async () => {
      const before = pending
      pending = []
      await Promise.all(before)
    }
  }
}

const fresh = async place => {
  fs.rmSync(place, { recursive: true, force: true })
  await stores.make?.({ ...request, place })
  return stores.open({ ...request, place })
}

export const historyFill = async () => {
  const store = await fresh(request.place)
  const socket = bound(store)
  socket.emit('chats.upsert', chats(request.chats))
  await socket.settle()
  let batch = []
  const put = async () => {
    socket.emit('messages.upsert', { messages: batch, type: 'append' })
    batch = []
    await socket.settle()
  }
  for await (const message of messages(request.messages)) {
    batch.push(message)
    if (batch.length === 1000) await put()
  }
  await put()
  await store.close()
}

export const ingestWork = async () => {
  const { batch, type } = request
  const run = async (place, seconds) => {
    const list = await all(request.count)
    const store = await fresh(place)
    const socket = bound(store)
    socket.emit('chats.upsert', chats(1))
    await socket.settle()
    await settle()
    globalThis.gc()
    const latencies = new Float64Array(Math.ceil(list.length / batch))
    let events = 0
    let done = 0
    const cpu = process.cpuUsage()
    const begin = now()
    let last = begin
    while (done < list.length && last - begin < seconds * 1000) {
      socket.emit('messages.upsert', { messages: list.slice(done, done + batch), type })
      await socket.settle()
      const after = now()
      latencies[events++] = after - last
      last = after
      done = Math.min(list.length, done + batch)
    }
    const { user, system } = process.cpuUsage(cpu)
    await store.close()
    const sorted = latencies.subarray(0, events).sort()
    return {
      messages: done,
      perSecond: (done / (last - begin)) * 1000,
      p50: percentile(sorted, 0.5) * 1000,
      p99: percentile(sorted, 0.99) * 1000,
      processor: (user + system) / done
    }
  }
  const warm = now() + request.warmUpSeconds * 1000
  let before = 0
  while (now() < warm) before += (await run(`${request.place}-warm-up`, (warm - now()) / 1000)).messages
  return { warmUp: before, ...(await run(request.place, request.seconds)) }
}

export const floodWork = async () => {
  const list = await all(request.count)
  const store = await fresh(request.place)
  const socket = bound(store)
  socket.emit('chats.upsert', chats(1))
  await socket.settle()
  await settle()
  globalThis.gc()
  fs.writeFileSync('/proc/self/clear_refs', '5')
  const highest = () => Number(/VmHWM:\s+(\d+)/.exec(fs.readFileSync('/proc/self/status', 'utf8'))[1]) / 1024
  const before = highest()
  const begin = now()
  for (let i = 0; i < list.length; i += request.batch) socket.emit('messages.upsert', { messages: list.slice(i, i + request.batch), type: 'append' })
  const emitted = now() - begin
  await socket.settle()
  const stored = now() - begin
  const rss = highest() - before
  await store.close()
  return { emitted, stored, perSecond: (list.length / stored) * 1000, rss }
}

export const queryWork = async () => {
  const store = await stores.open(request)
  await settle()
  const answer = {}
  const calls = async (count, read) => {
    const latencies = new Float64Array(count)
    for (let i = 0; i < count; i++) {
      const begin = now()
      const found = await read(i)
      latencies[i] = now() - begin
      if (!found) throw new Error('something is missing')
    }
    return latencies.sort()
  }
  const measure = async (name, count, read) => {
    const warm = now() + request.warmUpMillis
    do {
      await calls(Math.max(1, Math.floor(count / 8)), read)
    } while (now() < warm)
    const sorted = await calls(Math.max(1, count), read)
    answer[name] = percentile(sorted, 0.5) * 1000
    return sorted
  }
  const page = async (chat, options) => (await store.listMessages(jid(chat), { limit: PAGE, ...options })).length === PAGE
  const random = xorshift(5)
  const few = Math.floor(request.pages / 8)
  await measure('newest', request.pages, () => page(1 + random(199)))
  await measure('bigNewest', few, () => page(0))

  // A page goes on before the second of the last message of the page before: there is no other way.
  const walk = async most => {
    const ids = new Set()
    let got = 0
    let before
    while (got < most) {
      const found = await store.listMessages(jid(0), { limit: PAGE, ...(before !== undefined && { before }) })
      if (!found.length) break
      got += found.length
      for (const message of found) ids.add(message.key.id)
      before = Number(found.at(-1).messageTimestamp)
    }
    return { got, distinct: ids.size }
  }
  const there = Math.min(5000, request.messages / 20)
  const warm = now() + request.warmUpMillis
  do {
    await walk(there)
  } while (now() < warm)
  const begin = now()
  const { got, distinct } = await walk(there)
  answer.walk = ((now() - begin) * 1000 * PAGE) / got
  answer.distinct = distinct

  await measure('far', few, () => page(0, { before: FIRST_SECOND + Math.floor(request.messages / 10 / 50) }))
  const keys = []
  let i = 0
  for await (const message of messages(Math.min(request.messages, 100_000))) if (i++ % 50 === 7) keys.push(message.key)
  const one = await measure('message', keys.length, i => store.getMessage(keys[i]))
  answer.messageP99 = percentile(one, 0.99) * 1000
  const list = await measure('chatList', 30, async () => (await store.listChats()).length === request.chats)
  answer.chatList = percentile(list, 0.5)
  await store.close()
  return answer
}
