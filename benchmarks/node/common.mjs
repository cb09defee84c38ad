// What all works of a trial share: the request, its stores and fixtures, and filling.

import fs from 'node:fs'
import path from 'node:path'
import { load } from './stores.mjs'

export const request = JSON.parse(process.argv[2])
export const stores = await load(request.store)
export const started = Date.now() - request.spawned

export const now = () => performance.now()
export const settle = () => new Promise(resolve => setTimeout(resolve, 300))
export const number = (n, width) => String(n).padStart(width, '0')
export const sessionId = i => `6281200${number(i, 5)}.0`
export const sessionIds = count => Array.from({ length: count }, (_, i) => sessionId(i))
export const percentile = (values, share) => values[Math.min(values.length - 1, Math.floor(values.length * share))]
export const median = values => percentile(Float64Array.from(values).sort(), 0.5)

export const xorshift = seed => {
  let x = seed | 0
  return bound => {
    x ^= x << 13
    x ^= x >>> 17
    x ^= x << 5
    return (x >>> 0) % bound
  }
}

export const text = name => fs.readFileSync(path.join(request.fixtures, name), 'utf8')
export const fixture = async name => {
  const { BufferJSON } = await import('baileys')
  return JSON.parse(text(name), BufferJSON.reviver)
}

export const put = async (store, { creds, data }) => {
  for (const [type, records] of Object.entries(data)) {
    const entries = Object.entries(records)
    for (let i = 0; i < entries.length; i += 100) await store.set({ [type]: Object.fromEntries(entries.slice(i, i + 100)) })
  }
  await store.save(creds)
}

export const fill = async (place, content) => {
  fs.rmSync(place, { recursive: true, force: true })
  await stores.make?.({ ...request, place })
  const store = await stores.open({ ...request, place })
  await put(store, content)
  await store.close()
}

export const account = (i, place = request.place) => ({ ...request, place: path.join(place, `s${number(i, 4)}`), within: place })

export const fillAccounts = async (place, content, count) => {
  fs.rmSync(place, { recursive: true, force: true })
  await stores.make?.({ ...request, place })
  for (let i = 0; i < count; i++) {
    await stores.makeWithin?.(account(i, place))
    const store = await stores.open(account(i, place))
    await put(store, content)
    await store.close()
  }
}
