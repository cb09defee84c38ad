// What a socket of real Baileys emits, as lines of `pawl ingest`: `node streams.mjs DIRECTORY` writes DIRECTORY/<scene>.jsonl.
//
// The socket is whole but for its connection: stanzas are given to it as decoded nodes with unencrypted content, and what it sends goes
// nowhere. Each scene of `scenes.mjs` is played twice: live, where Baileys buffers what one stanza causes, and as `<scene>-buffered`, where
// all of it was waiting on the server and Baileys folds it into one delivery.

import crypto from 'node:crypto'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { syncBuiltinESMExports } from 'node:module'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { deflateSync } from 'node:zlib'
import { Account, B, bufferText, makeLogger, proto } from './baileys.mjs'
import { scenes } from './scenes.mjs'

const START = 1760000000
const ME = { pn: '6289999999999:7@s.whatsapp.net', lid: '98765432109876:7@lid' }
const SYNC = proto.HistorySync.HistorySyncType

// The clock stands still, so that no message is too old for what Baileys does and nothing that is written depends on when it is.
const RealDate = Date
globalThis.Date = class extends RealDate {
  constructor(...parts) {
    super(...(parts.length ? parts : [Date.now()]))
  }

  static now() {
    return (START + 100) * 1000
  }
}

/** Stands for credentials and what changes with the process: no part of a history. */
const NOT_RECORDED = new Set(['creds.update', 'connection.update'])

/** What is done meanwhile, the secret of a message above all, is the same each time. */
const withoutChance = async work => {
  const { randomBytes } = crypto
  crypto.randomBytes = size => Buffer.alloc(size, 5)
  syncBuiltinESMExports()
  try {
    return await work()
  } finally {
    crypto.randomBytes = randomBytes
    syncBuiltinESMExports()
  }
}

class Client {
  constructor(account, offline) {
    this.account = account
    this.offline = offline
    this.lines = []
    this.sent = 0
    this.content = new Map()
    this.atFirst = []
    this.unpacked = false
  }

  static async open(directory, { offline, firstTime }) {
    const account = await Account.open(directory)
    await account.pair({ id: ME.pn, lid: ME.lid, name: 'Us' })
    await account.update({ accountSyncCounter: firstTime ? 0 : 1, registered: true })
    const client = new Client(account, offline)
    client.connect()
    await pause(1)
    await client.give('CB:ib,,offline', { tag: 'ib', attrs: {}, content: [{ tag: 'offline', attrs: { count: '0' } }] })
    await pause(2)
    if (!firstTime) client.hold()
    client.ev.process(map => {
      for (const event in map) {
        if (!NOT_RECORDED.has(event)) client.lines.push(bufferText({ event, data: map[event] }) + '\n')
      }
    })
    return client
  }

  connect() {
    const placeholders = new Map()
    this.placeholders = placeholders
    this.sock = B.makeWASocket({
      auth: { creds: this.account.creds, keys: this.account.files },
      logger: makeLogger(),
      waWebSocketUrl: 'ws://127.0.0.1:9',
      defaultQueryTimeoutMs: 5,
      retryRequestDelayMs: 0,
      placeholderResendCache: {
        get: id => placeholders.get(id),
        set: (id, value) => void placeholders.set(id, value),
        del: id => void placeholders.delete(id)
      },
      getMessage: async key => this.content.get(key.id)
    })
    const { ws } = this.sock
    ws.socket.removeAllListeners()
    ws.socket.on('error', () => {})
    ws.socket.terminate()
    ws.socket = { readyState: 1, send: (bytes, done) => void (this.sent++, done?.(), this.answer(bytes)), close: () => {} }
    this.ev = this.sock.ev
    const { emit } = this.ev
    this.ev.emit = (event, data) => {
      this.unpacked ||= event === 'messaging-history.set'
      return emit(event, data)
    }
  }

  /**
   * The server's answer to a question for the state of the app: nothing has changed, or, at the first time, what `atFirst` says. Baileys asks
   * again and again until then, and is answered, at once so that it does not give up waiting, when it has unpacked the history that made it
   * ask. Everything else that is sent gets no answer.
   */
  async answer(frame) {
    // Before the handshake nothing is encrypted; only the first frame has an introduction, and each has its length in 3 bytes.
    const start = frame.subarray(0, 2).toString() === 'WA' ? 7 : 3
    const node = await B.decodeBinaryNode(frame.subarray(start))
    if (node?.attrs.xmlns !== 'w:sync:app:state' || (this.atFirst.length && !this.unpacked)) return
    this.atFirst.forEach(([index, value]) => this.act(index, value, { accountSettings: { unarchiveChats: false } }))
    const asked = B.getBinaryNodeChildren(B.getBinaryNodeChild(node, 'sync'), 'collection')
    const collections = asked.map(({ attrs: { name } }) => ({ tag: 'collection', attrs: { name, version: '0' }, content: [] }))
    const result = { tag: 'iq', attrs: { type: 'result' }, content: [{ tag: 'sync', attrs: {}, content: collections }] }
    this.sock.ws.emit(`TAG:${node.attrs.id}`, result)
  }

  /** Hands a node to the socket and waits until it is through with it. */
  async give(name, node) {
    const before = this.sent
    await Promise.all(this.sock.ws.listeners(name).map(listener => listener(node)))
    for (let tries = 0; node.attrs.offline && this.sent === before; tries++) {
      if (tries > 2000) throw new Error(`the socket does nothing about ${node.tag} ${node.attrs.id}`)
      await pause(1)
    }
    for (const mutex of ['messageMutex', 'receiptMutex', 'notificationMutex']) await this.sock[mutex].mutex(async () => {})
  }

  attributes({ at, ...attributes }) {
    const known = Object.entries(attributes).filter(([, value]) => value !== undefined)
    return { t: String(START + at), ...Object.fromEntries(known), ...(this.offline ? { offline: '1' } : {}) }
  }

  /** A message arrives; `content` is what a decrypted one holds, `undefined` for one that came without any. */
  async message(attributes, content) {
    const bytes = content && proto.Message.encode(proto.Message.fromObject(content)).finish()
    const children = bytes ? [{ tag: 'plaintext', attrs: {}, content: bytes }] : []
    await this.give('CB:message', { tag: 'message', attrs: this.attributes(attributes), content: children })
  }

  /** A message arrives that no session can decrypt. */
  async undecryptable(attributes) {
    const content = [{ tag: 'enc', attrs: { v: '2', type: 'msg' }, content: Buffer.alloc(80, 3) }]
    await this.give('CB:message', { tag: 'message', attrs: this.attributes(attributes), content })
  }

  async receipt(attributes, more = []) {
    const content = more.length ? [{ tag: 'list', attrs: {}, content: more.map(id => ({ tag: 'item', attrs: { id } })) }] : undefined
    await this.give('CB:receipt', { tag: 'receipt', attrs: this.attributes(attributes), content })
  }

  async refused(attributes) {
    await this.give('CB:ack,class:message', { tag: 'ack', attrs: { class: 'message', ...attributes } })
  }

  async notification(attributes, child) {
    await this.give('CB:notification', { tag: 'notification', attrs: this.attributes(attributes), content: [child] })
  }

  async presence(tag, attrs, content) {
    await this.give(tag === 'presence' ? 'CB:presence' : 'CB:chatstate', { tag, attrs, content })
  }

  /** What `sendMessage` of a socket does when the server has taken the message: the same functions in the same order. */
  async send(jid, content, { id, at, ...options }) {
    const timestamp = new RealDate((START + at) * 1000)
    const how = { userJid: ME.pn, messageId: id, timestamp, logger: makeLogger(), ...options }
    const full = await withoutChance(() => B.generateWAMessage(jid, content, how))
    this.content.set(id, full.message)
    await this.sock.messageMutex.mutex(() => this.sock.upsertMessage(full, 'append'))
    if (!this.offline) this.ev.flush()
    return full
  }

  /** What becomes of a decrypted change of the app state, which arrives in a patch. */
  async appState(index, value) {
    this.ev.buffer()
    this.act(index, value)
    if (!this.offline) this.ev.flush()
  }

  act(index, value, firstTime) {
    const action = { index, syncAction: { value: proto.SyncActionValue.fromObject(value) } }
    B.processSyncAction(action, this.ev, this.account.creds.me, firstTime, makeLogger())
  }

  /** Has everything buffered that comes from now on, if that is how this scene is played. */
  hold() {
    if (this.offline) this.ev.buffer()
  }

  /** A chunk of history, packed into the message of our phone that announces it. */
  async history(attributes, chunk) {
    const packed = deflateSync(proto.HistorySync.encode(proto.HistorySync.fromObject(chunk)).finish(), { level: 0 })
    const { syncType, progress, chunkOrder } = chunk
    const historySyncNotification = { syncType, progress, chunkOrder, initialHistBootstrapInlinePayload: packed }
    await this.message({ from: ME.pn, category: 'peer', ...attributes }, { protocolMessage: { type: 5, historySyncNotification } })
  }

  /** For what an application does, or Baileys does by a clock. */
  async emit(event, data) {
    this.ev.emit(event, data)
  }

  async close() {
    this.ev.flush()
    await pause(1)
    this.account.close()
    return this.lines.join('')
  }
}

const directory = resolve(process.argv[2])
await mkdir(directory, { recursive: true })
const scratch = await mkdtemp(join(tmpdir(), 'pawl-streams-'))
for (const [name, { play, firstTime = false }] of Object.entries(scenes)) {
  for (const offline of [false, true]) {
    const title = offline ? `${name}-buffered` : name
    const client = await Client.open(join(scratch, title), { offline, firstTime: firstTime && offline })
    await play(client, { SYNC })
    await writeFile(join(directory, `${title}.jsonl`), await client.close())
  }
}
await rm(scratch, { recursive: true })
process.exit(0)
