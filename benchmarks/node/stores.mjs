// The stores that Pawl is measured against, behind one face: credentials, get, set, save, close, and transaction where the usual set-up has one.
// What load gives has open, and where it applies: make and makeWithin, which make or empty what a store stands in; keep, after which a server owes nothing to its disk; and volatile, when nothing
// outlives the process.
//   b-mf     useMultiFileAuthState of Baileys, bare
//   b-mf-ct  the same as bots use it: cached, written inside transactions
//   z-file, z-sqlite, z-pg, z-redis, z-mem   the stores of zaileys, bare
//   z-sqlite-c, z-pg-c       the same behind its cache
//   m-sqlite, m-pg, m-redis  the stores of zaileys for messages, as they are

import fs from 'node:fs'
import path from 'node:path'

const quiet = { level: 'silent', trace() {}, debug() {}, info() {}, warn() {}, error() {}, child: () => quiet }

/** Loads what a store needs and nothing else, so that what a start costs is its own. */
export const load = async name => {
  if (name.startsWith('b-')) return baileys(await import('baileys'), name === 'b-mf-ct')
  const zaileys = await import('zaileys')
  const cached = name.endsWith('-c')
  const face = make => zaileysStore(cached ? where => zaileys.makeCacheableAuthStore(make(where)) : make)
  switch (cached ? name.slice(0, -2) : name) {
    case 'z-file':
      return face(({ place }) => new zaileys.FileAuthStore({ basePath: place }))
    case 'z-sqlite':
      await import('better-sqlite3')
      return face(({ place }) => {
        fs.mkdirSync(place, { recursive: true })
        return new zaileys.SqliteAuthStore({ database: path.join(place, 'auth.db') })
      })
    case 'z-pg':
      return postgres(zaileys, (await import('pg')).default, face)
    case 'z-redis':
      return redis(zaileys, await import('redis'), face)
    case 'z-mem':
      return memory(zaileys, face)
    case 'm-sqlite':
      await import('better-sqlite3')
      return {
        open: async ({ place }) => {
          fs.mkdirSync(place, { recursive: true })
          return new zaileys.SqliteMessageStore({ database: path.join(place, 'history.db') })
        }
      }
    case 'm-pg':
      return postgres(zaileys, (await import('pg')).default, () => ({
        open: async ({ place, postgres: port }) => new zaileys.PostgresMessageStore({ connectionString: postgresUrl(port, placeName(place)) })
      }))
    case 'm-redis':
      return redis(zaileys, await import('redis'), () => ({
        open: async where => new zaileys.RedisMessageStore({ url: redisUrl(where.redis), namespace: namespace(where) })
      }))
    default:
      throw new Error(`unknown store ${name}`)
  }
}

const baileys = ({ useMultiFileAuthState, addTransactionCapability, makeCacheableSignalKeyStore }, usual) => ({
  open: async ({ place }) => {
    const { state, saveCreds } = await useMultiFileAuthState(place)
    const save = credentials => (Object.assign(state.creds, credentials), saveCreds())
    const rest = { credentials: state.creds, save, close: async () => {} }
    if (!usual) return { ...rest, get: (type, ids) => state.keys.get(type, ids), set: changes => state.keys.set(changes) }
    const keys = addTransactionCapability(makeCacheableSignalKeyStore(state.keys, quiet), quiet, { maxCommitRetries: 10, delayBetweenTriesMs: 3000 })
    return {
      ...rest,
      get: (type, ids) => keys.get(type, ids),
      set: changes => keys.set(changes),
      transaction: (work, scope) => keys.transaction(work, scope)
    }
  }
})

const zaileysStore = make => ({
  open: async where => {
    const store = make(where)
    return {
      credentials: await store.creds.readCreds(),
      get: (type, ids) => store.signal.read(type, ids),
      set: changes => store.signal.write(changes),
      save: credentials => store.creds.writeCreds(credentials),
      close: () => store.signal.close()
    }
  }
})

// A database for each place; a place inside a place, as there is one for each of many accounts, is a schema, since the tables have no column for the session.
const placeName = place => path.basename(place).replace(/\W/g, '_')
const postgresUrl = (port, database) => `postgresql://postgres@127.0.0.1:${port}/${database}`
const postgres = (zaileys, pg, face) => {
  const name = placeName
  const url = postgresUrl
  const ask = async (port, database, statement) => {
    const client = new pg.Client({ connectionString: url(port, database) })
    await client.connect()
    try {
      await client.query(statement)
    } finally {
      await client.end()
    }
  }
  return {
    ...face(({ place, within, postgres: port }) => {
      const connectionString = within ? `${url(port, name(within))}?options=-c%20search_path%3D${name(place)}` : url(port, name(place))
      return new zaileys.PostgresAuthStore({ connectionString })
    }),
    make: async ({ place, postgres: port }) => {
      await ask(port, 'postgres', `DROP DATABASE IF EXISTS ${name(place)} WITH (FORCE)`)
      await ask(port, 'postgres', `CREATE DATABASE ${name(place)}`)
    },
    makeWithin: ({ place, within, postgres: port }) => ask(port, name(within), `CREATE SCHEMA ${name(place)}`)
  }
}

// A namespace for each place. The snapshots that Redis makes by itself would fall into the trials of others, so each trial ends with one.
const redisUrl = port => `redis://127.0.0.1:${port}`
const namespace = ({ place, within }) => [within, place].filter(Boolean).map(each => path.basename(each)).join('-')
const redis = (zaileys, { createClient }, face) => {
  const url = redisUrl
  const empty = async where => {
    const messages = new zaileys.RedisMessageStore({ url: url(where.redis), namespace: namespace(where) })
    await messages.clear()
    await messages.close()
  }
  return {
    ...face(where => new zaileys.RedisAuthStore({ url: url(where.redis), namespace: namespace(where) })),
    make: empty,
    makeWithin: empty,
    // It makes none while it makes one by itself, which is waited for.
    keep: async ({ redis: port }) => {
      const client = createClient({ url: url(port) })
      await client.connect()
      const end = Date.now() + 30_000
      for (;;) {
        try {
          await client.sendCommand(['SAVE'])
          break
        } catch (e) {
          if (!/save already in progress/.test(e.message) || Date.now() > end) throw e
          await new Promise(resolve => setTimeout(resolve, 50))
        }
      }
      await client.quit()
    }
  }
}

// Opening a place again gives what was put there before, as long as the process lasts.
const memory = (zaileys, face) => {
  const places = new Map()
  const stores = face(({ place }) => {
    if (!places.has(place)) places.set(place, new zaileys.MemoryAuthStore())
    return places.get(place)
  })
  return {
    volatile: true,
    open: async where => ({ ...(await stores.open(where)), close: async () => {} }),
    make: async ({ place }) => void places.delete(place)
  }
}
