// An ordinary Baileys application on its own directory of files, which knows nothing of Pawl nor of the stand-in (the preload does).
// Says in lines of JSON what happens: {"qr":…}, {"open":true}, {"closed":code}, {"text":…}, {"sent":id}; is told {"send":[jid, text]},
// or {"burst":[jid, count]} to send one after the other.
// With ECHO=1 it answers every text with the same.
import makeWASocket, { useMultiFileAuthState } from 'baileys'
import './stanza.mjs'
import { timed } from './times.mjs'

const { AUTH_DIR, ECHO, SOCKET_OPTIONS = '{}' } = process.env
const say = message => process.stdout.write(JSON.stringify(message) + '\n')
const silent = { level: 'silent', child: () => silent, trace() {}, debug() {}, info() {}, warn() {}, error() {} }

let sock
const start = async () => {
  const { state, saveCreds } = await useMultiFileAuthState(AUTH_DIR)
  timed(state.keys, ['get', 'set'])
  sock = makeWASocket({ auth: state, logger: silent, ...JSON.parse(SOCKET_OPTIONS) })
  sock.ev.process(async events => {
    if (events['creds.update']) await saveCreds()
    const { qr, connection, lastDisconnect } = events['connection.update'] ?? {}
    if (qr) say({ qr })
    if (connection === 'open') say({ open: true })
    if (connection === 'close') {
      const code = lastDisconnect?.error?.output?.statusCode ?? null
      say({ closed: code })
      if (code === 515) await start()
    }
    for (const { key, message } of events['messages.upsert']?.messages ?? []) {
      const text = message?.conversation || message?.extendedTextMessage?.text
      if (!text || key.fromMe) continue
      say({ text })
      if (ECHO) sock.sendMessage(key.remoteJid, { text }).catch(() => {})
    }
  })
}

let rest = ''
process.stdin.setEncoding('utf8')
process.stdin.on('data', async chunk => {
  const lines = (rest + chunk).split('\n')
  rest = lines.pop()
  for (const line of lines) {
    const { send, burst } = JSON.parse(line)
    if (burst) for (let i = 0; i < burst[1]; i++) await sock.sendMessage(burst[0], { text: `out ${i}` })
    else say({ sent: (await sock.sendMessage(send[0], { text: send[1] })).key.id })
  }
})
process.stdin.on('end', () => process.exit(0))
await start()
