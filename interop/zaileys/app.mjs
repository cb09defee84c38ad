// The quick start of zaileys: a bot that knows nothing of Pawl, on zaileys' default stores, which are files below the working directory, or
// on those that STORES names: {"file"} of SQLite, {"url"} of PostgreSQL, {"redis", "namespace"}. Says in lines of JSON what happens: {"qr"},
// {"open"}, {"text"}, {"sent": id}; is told {"send": [jid, text]}. Ends as an application does, when its input ends.
const write = process.stdout.write.bind(process.stdout)
const say = message => write(JSON.stringify(message) + '\n')
// zaileys prints codes and states, libsignal prints sessions.
process.stdout.write = () => true
for (const method of ['log', 'info', 'warn', 'error', 'debug', 'trace', 'dir']) console[method] = () => {}

const {
  Client, PostgresAuthStore, PostgresMessageStore, RedisAuthStore, RedisMessageStore, SqliteAuthStore, SqliteMessageStore
} = await import('zaileys')

const storesOf = ({ file, url, redis, namespace }) => {
  if (file) return { auth: new SqliteAuthStore({ database: file }), store: new SqliteMessageStore({ database: file }) }
  if (url) return { auth: new PostgresAuthStore({ connectionString: url }), store: new PostgresMessageStore({ connectionString: url }) }
  if (redis) return { auth: new RedisAuthStore({ url: redis, namespace }), store: new RedisMessageStore({ url: redis, namespace }) }
  return undefined
}

const stores = storesOf(JSON.parse(process.env.STORES ?? '{}'))
const client = stores ? new Client(stores) : new Client()

client.on('qr', ({ qrString }) => say({ qr: qrString }))
client.on('connect', () => say({ open: true }))
client.on('text', ({ text }) => say({ text }))

let rest = ''
process.stdin.setEncoding('utf8')
process.stdin.on('data', async chunk => {
  const lines = (rest + chunk).split('\n')
  rest = lines.pop()
  for (const line of lines) {
    const [jid, text] = JSON.parse(line).send
    say({ sent: (await client.send(jid).text(text)).id })
  }
})
process.stdin.on('end', async () => {
  await client.disconnect()
  process.exit(0)
})
