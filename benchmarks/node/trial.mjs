// One trial of one store in a process of its own: node --expose-gc trial.mjs '<request>'. Prints one line of JSON.
// What each work is, and what the members of request and answer mean, stands beside its twin in Java (OpenWork, WriteWork, ReadWork, AccountsWork, CrashWork) or in history.mjs.

import fs from 'node:fs'
import { account, fill, fillAccounts, fixture, median, now, percentile, put, request, sessionId, sessionIds, settle, started, stores, text, xorshift } from './common.mjs'
import { crashLook, crashWork } from './crash.mjs'
import { floodWork, historyFill, ingestWork, queryWork } from './history.mjs'
import { message } from './message.mjs'

const fillWork = async () => {
  const content = await fixture(request.fixture)
  return request.accounts ? fillAccounts(request.place, content, request.accounts) : fill(request.place, content)
}

const openWork = async () => {
  const ids = sessionIds(request.sessions)
  const keys = JSON.parse(text(request.keys))
  await settle()
  const rounds = []
  for (let i = 0; i < request.opens; i++) {
    const begin = now()
    const store = await stores.open(request)
    if (!store.credentials?.me) throw new Error('no credentials')
    const opened = now()
    const sessions = await store.get('session', ids)
    const read = now()
    await store.get('app-state-sync-key', keys)
    const end = now()
    if (Object.values(sessions).filter(Boolean).length !== ids.length) throw new Error('sessions are missing')
    await store.close()
    rounds.push({ open: opened - begin, sessions: read - opened, keys: end - read, all: read - begin })
  }
  const warm = member => median(rounds.slice(-request.last).map(round => round[member]))
  return {
    started,
    coldOpen: rounds[0].open,
    coldSessions: rounds[0].sessions,
    coldAll: rounds[0].all,
    warmOpen: warm('open'),
    warmSessions: warm('sessions'),
    warmKeys: warm('keys'),
    warmAll: warm('all')
  }
}

const messages = async (opened, creds, pool, count, seconds) => {
  const latencies = new Float64Array(count)
  const together = request.writers / opened.length
  let next = 0
  const writer = async number => {
    const store = opened[number % opened.length]
    const ids = sessionIds(request.sessions).filter((_, i) => i % together === Math.floor(number / opened.length))
    const random = xorshift(42 + number)
    while (now() - begin < seconds * 1000 && next < count) {
      const i = next++
      const id = ids[random(ids.length)]
      const value = { ...pool[random(64)], seq: i }
      const start = now()
      await message(store, creds, id, value, i)
      latencies[i] = now() - start
    }
  }
  const cpu = process.cpuUsage()
  const begin = now()
  await Promise.all(Array.from({ length: request.writers }, (_, number) => writer(number)))
  const elapsed = now() - begin
  const { user, system } = process.cpuUsage(cpu)
  const sorted = latencies.subarray(0, next).sort()
  return {
    messages: next,
    perSecond: (next / elapsed) * 1000,
    p50: percentile(sorted, 0.5) * 1000,
    p99: percentile(sorted, 0.99) * 1000,
    p999: percentile(sorted, 0.999) * 1000,
    processor: (user + system) / next
  }
}

const writeWork = async () => {
  const content = await fixture(request.fixture)
  const pool = await fixture(request.pool)
  const run = async (place, count, seconds) => {
    const opened = []
    if (request.accounts) {
      await fillAccounts(place, content, request.accounts)
      for (let i = 0; i < request.accounts; i++) opened.push(await stores.open(account(i, place)))
    } else {
      await fill(place, content)
      opened.push(await stores.open({ ...request, place }))
    }
    await settle()
    const result = await messages(opened, content.creds, pool, count, seconds)
    for (const store of opened) await store.close()
    return result
  }
  // In two stores, as the Java side does.
  let warmUp = 0
  for (const i of [1, 2]) {
    const { messages } = await run(`${request.place}-warm-up-${i}`, request.warmUp / 2, request.warmUpSeconds / 2)
    warmUp += messages
  }
  return { warmUp, ...(await run(request.place, request.count, request.seconds)) }
}

const readWork = async () => {
  if (stores.volatile) await fill(request.place, await fixture(request.fixture))
  const store = await stores.open(request)
  await settle()
  const random = xorshift(99)
  const gets = async (size, count) => {
    const latencies = new Float64Array(count)
    for (let i = 0; i < count; i++) {
      const ids = Array.from({ length: size }, () => sessionId(random(request.sessions)))
      const begin = now()
      const found = await store.get('session', ids)
      latencies[i] = now() - begin
      if (!ids.every(id => found[id])) throw new Error('a session is missing')
    }
    return percentile(latencies.sort(), 0.5) * 1000
  }
  const answer = {}
  for (const [size, count, warmUp] of request.batches) {
    const warm = now() + request.warmUpMillis
    do {
      await gets(size, warmUp)
    } while (now() < warm)
    answer[`values${size}`] = await gets(size, count)
  }
  await store.close()
  return answer
}

const accountsWork = async () => {
  const content = stores.volatile && (await fixture(request.fixture))
  const ids = sessionIds(request.sessions)
  const memory = () => {
    globalThis.gc()
    globalThis.gc()
    const { heapUsed, external, rss } = process.memoryUsage()
    return { heap: (heapUsed + external) / 1024, rss: rss / 1048576, descriptors: fs.readdirSync('/proc/self/fd').length }
  }
  await settle()
  await (await stores.open(account(0))).close()
  const before = memory()
  const open = []
  const begin = now()
  let failure
  for (let i = 0; i < request.accounts; i++) {
    try {
      let store = await stores.open(account(i))
      if (content) {
        await put(store, structuredClone(content))
        store = await stores.open(account(i))
      }
      if (!store.credentials?.me) throw new Error('no credentials')
      open.push(store)
    } catch (error) {
      failure ??= String(error.cause?.message ?? error.message)
    }
  }
  const opened = now() - begin
  const idle = memory()
  const touching = now()
  for (const store of open) await store.get('session', ids)
  const touched = now() - touching
  const used = memory()
  return {
    accounts: open.length,
    open: opened,
    openEach: (opened / request.accounts) * 1000,
    rssOpen: idle.rss - before.rss,
    heapEach: (idle.heap - before.heap) / open.length,
    descriptorsEach: (idle.descriptors - before.descriptors) / open.length,
    descriptors: used.descriptors - before.descriptors,
    touch: touched,
    rssTouched: used.rss - before.rss,
    heapTouchedEach: (used.heap - before.heap) / open.length,
    ...(failure && { failure })
  }
}

const works = {
  fill: fillWork,
  open: openWork,
  write: writeWork,
  read: readWork,
  accounts: accountsWork,
  crash: crashWork,
  'crash-look': crashLook,
  'fill-history': historyFill,
  ingest: ingestWork,
  flood: floodWork,
  query: queryWork
}
const answer = (await works[request.work]()) ?? {}
await stores.keep?.(request)
console.log(JSON.stringify(answer))
process.exit(0)
