// One trial of one store in a process of its own: node --expose-gc trial.mjs '<request>'. Prints one line of JSON.
// What each work is, and what the members of request and answer mean, stands beside its twin in Java (OpenWork, WriteWork, ReadWork, AccountsWork).

import fs from 'node:fs'
import path from 'node:path'
import { load } from './stores.mjs'

const request = JSON.parse(process.argv[2])
const stores = await load(request.store)
const started = Date.now() - request.spawned

const now = () => performance.now()
const settle = () => new Promise(resolve => setTimeout(resolve, 300))
const number = (n, width) => String(n).padStart(width, '0')
const sessionId = i => `6281200${number(i, 5)}.0`
const sessionIds = count => Array.from({ length: count }, (_, i) => sessionId(i))
const percentile = (values, share) => values[Math.min(values.length - 1, Math.floor(values.length * share))]
const median = values => percentile(Float64Array.from(values).sort(), 0.5)

const xorshift = seed => {
  let x = seed | 0
  return bound => {
    x ^= x << 13
    x ^= x >>> 17
    x ^= x << 5
    return (x >>> 0) % bound
  }
}

const text = name => fs.readFileSync(path.join(request.fixtures, name), 'utf8')
const fixture = async name => {
  const { BufferJSON } = await import('baileys')
  return JSON.parse(text(name), BufferJSON.reviver)
}

const put = async (store, { creds, data }) => {
  for (const [type, records] of Object.entries(data)) {
    const entries = Object.entries(records)
    for (let i = 0; i < entries.length; i += 100) await store.set({ [type]: Object.fromEntries(entries.slice(i, i + 100)) })
  }
  await store.save(creds)
}

const fill = async (place, content) => {
  fs.rmSync(place, { recursive: true, force: true })
  await stores.make?.({ ...request, place })
  const store = await stores.open({ ...request, place })
  await put(store, content)
  await store.close()
}

const account = i => ({ ...request, place: path.join(request.place, `s${number(i, 4)}`), within: request.place })

const fillWork = async () => {
  const content = await fixture(request.fixture)
  if (!request.accounts) return fill(request.place, content)
  fs.rmSync(request.place, { recursive: true, force: true })
  await stores.make?.(request)
  for (let i = 0; i < request.accounts; i++) {
    await stores.makeWithin?.(account(i))
    const store = await stores.open(account(i))
    await put(store, content)
    await store.close()
  }
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

const messages = async (store, creds, pool, count, seconds) => {
  const random = xorshift(42)
  const latencies = new Float64Array(count)
  const cpu = process.cpuUsage()
  const begin = now()
  let i = 0
  for (; i < count && now() - begin < seconds * 1000; i++) {
    const id = sessionId(random(500))
    const value = { ...pool[random(64)], seq: i }
    const tenth = i % 10 === 9
    const used = String(1 + (i - 9) / 10)
    const start = now()
    if (store.transaction) {
      await store.transaction(async () => {
        await store.get('session', [id])
        await store.set({ session: { [id]: value } })
        if (tenth) {
          await store.get('pre-key', [used])
          await store.set({ 'pre-key': { [used]: null } })
        }
      }, id)
    } else {
      await store.set({ session: { [id]: value } })
      if (tenth) await store.set({ 'pre-key': { [used]: null } })
    }
    if (tenth) await store.save({ ...creds, nextPreKeyId: 813 + i })
    latencies[i] = now() - start
  }
  const elapsed = now() - begin
  const { user, system } = process.cpuUsage(cpu)
  const sorted = latencies.subarray(0, i).sort()
  return {
    messages: i,
    perSecond: (i / elapsed) * 1000,
    p50: percentile(sorted, 0.5) * 1000,
    p99: percentile(sorted, 0.99) * 1000,
    p999: percentile(sorted, 0.999) * 1000,
    processor: (user + system) / i
  }
}

const writeWork = async () => {
  const content = await fixture(request.fixture)
  const pool = await fixture(request.pool)
  const run = async (place, count, seconds) => {
    await fill(place, content)
    const store = await stores.open({ ...request, place })
    await settle()
    const result = await messages(store, content.creds, pool, count, seconds)
    await store.close()
    return result
  }
  const warmUp = await run(`${request.place}-warm-up`, request.warmUp, request.warmUpSeconds)
  return { warmUp: warmUp.messages, ...(await run(request.place, request.count, request.seconds)) }
}

const readWork = async () => {
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
    await gets(size, warmUp)
    answer[`values${size}`] = await gets(size, count)
  }
  await store.close()
  return answer
}

const accountsWork = async () => {
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
      const store = await stores.open(account(i))
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
    descriptors: used.descriptors - before.descriptors,
    touch: touched,
    rssTouched: used.rss - before.rss,
    heapTouchedEach: (used.heap - before.heap) / open.length,
    ...(failure && { failure })
  }
}

const works = { fill: fillWork, open: openWork, write: writeWork, read: readWork, accounts: accountsWork }
console.log(JSON.stringify((await works[request.work]()) ?? {}))
process.exit(0)
