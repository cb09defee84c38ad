// One connection of one session, from the first attempt to reach the server until it closes. It is not opened again.
import { AsyncLocalStorage, AsyncResource } from 'node:async_hooks'
import { EventEmitter } from 'node:events'
import { setTimeout as pause } from 'node:timers/promises'
import { B, boom, json, makeLibSignalRepository, makeWASocket } from './engine.mjs'
import { Text } from './channel.mjs'
import { Credentials } from './credentials.mjs'
import { aboutFile, copies, requireFiles } from './files.mjs'
import { HostKeys, repositoryOf } from './keys.mjs'
import { Pressure } from './pressure.mjs'
import { complain, loggerOf } from './quiet.mjs'
import { receivedOf } from './received.mjs'
import { Unfinished } from './unfinished.mjs'

const isAnswer = name => String(name).startsWith('TAG:')

const UNANSWERED = { tag: 'iq', attrs: { type: 'error' }, content: [{ tag: 'error', attrs: { code: '408', text: 'the server did not answer' } }] }

/** For how long a polite end waits for what is under way, and how often it has to see nothing before it believes that. */
const POLITE_MILLIS = 3000
const LOOK_MILLIS = 5
const IDLE_LOOKS = 5

/** For how long the server's part in closing the connection is waited for: on a dead network it never comes. */
const GOODBYE_MILLIS = 1000

/** For how long the server may take to confirm a message. */
const CONFIRM_MILLIS = 50_000

/** Events that are said in another way, and those that nobody outside can use. */
const OWN = new Set(['creds.update', 'connection.update'])

export class Link {
  #outgoing = new AsyncLocalStorage()
  #isEnded = false
  #unlinked

  /** What fails the questions that are not answered yet. One promise for all of them would hold each answer until the link ends. */
  #unanswered = new Set()

  constructor({ number, creds, options, channel }) {
    const { mends = {}, socket = {}, loginTimeoutMs = 90_000, logoutTimeoutMs = 20_000, log = 'warn', remember = true } = options
    this.number = number
    this.queryTimeoutMs = socket.defaultQueryTimeoutMs ?? B.DEFAULT_CONNECTION_CONFIG.defaultQueryTimeoutMs
    this.loginTimeoutMs = loginTimeoutMs
    this.logoutTimeoutMs = logoutTimeoutMs
    this.unlinked = new Promise(resolve => (this.#unlinked = resolve))
    this.channel = channel
    this.mends = {
      durable: true, oneLock: true, outside: true, upgrades: true, frames: true, order: true, answers: true, credentials: true, received: true,
      duplicates: true, unfinished: true, ...mends
    }
    const ask = (question, members) => channel.ask(number, question, members)
    this.credentials = new Credentials(creds, () => this.keys.saveCredentials())
    this.keys = new HostKeys({ ask, remember, credentials: this.credentials, failed: error => this.#fail(error) })
    this.ask = ask
    this.received = receivedOf(creds.me?.id ?? number)
    if (this.mends.unfinished) this.unfinished = new Unfinished(this.keys)
    this.sock = makeWASocket({
      ...socket,
      auth: { creds, keys: this.keys },
      logger: loggerOf(log, () => this.#isEnded),
      // The JVM was told that what a failed write left behind is not known: trying again is not ours to do.
      transactionOpts: { maxCommitRetries: 1, delayBetweenTriesMs: 0 },
      makeSignalRepository: repositoryOf({
        make: makeLibSignalRepository, store: this.keys, ...this.mends, received: this.received, recalls: this.mends.received,
        unfinished: this.unfinished, ownStored: () => this.#outgoing.getStore()?.stored
      }),
      patchMessageBeforeSending: message => this.#storeOwn(message),
      getMessage: key => this.#messageForRetry(key)
    })
    this.pressure = new Pressure(() => this.sock.ws.socket, isPaused => this.#tell(isPaused ? 'paused' : 'resumed', {}))
    this.#await('Login timed out')
    this.#listen()
    this.#guardSocket()
  }

  /** Ends it unless something is heard in time that clears the timer. */
  #await(otherwise) {
    clearTimeout(this.loginTimer)
    this.loginTimer = setTimeout(() => this.#end(boom(otherwise, 408)), this.loginTimeoutMs)
  }

  // ---- what the socket says

  #listen() {
    const { ev } = this.sock
    ev.on('creds.update', () => this.credentials.changed())
    if (this.unfinished) this.#watchWork(ev)
    ev.process(events => {
      for (const [event, data] of Object.entries(events)) if (!OWN.has(event)) this.#emit(event, data)
      if (events['connection.update']) this.#onConnection(events['connection.update'])
    })
  }

  /** What Baileys says is heard before it is buffered. */
  #watchWork(ev) {
    const emit = ev.emit.bind(ev)
    ev.emit = (event, data) => {
      this.unfinished.said(event, data)
      return emit(event, data)
    }
  }

  #emit(event, data) {
    if (this.#isEnded) return
    const n = this.pressure.sent()
    this.unfinished?.handedOver(event, n)
    this.pressure.weigh(n, this.channel.send({ l: this.number, n, event, data: new Text(json.text(data) ?? 'null') }, { mayWait: true }))
    if (event === 'messages.upsert') for (const message of data.messages) this.received.handedOver(message)
  }

  /** The JVM took the events up to this one over. */
  taken(upTo) {
    this.pressure.taken(upTo)
    this.unfinished?.taken(upTo)
  }

  /** Once all that waited for us has come, or Baileys would not look at the state that devices share. */
  async #resume() {
    const { sock } = this
    const again = async message => {
      await sock.messageMutex.mutex(() => sock.upsertMessage(message, 'append'))
      // Not when Baileys would: what is handed over is safe from the next kill.
      sock.ev.flush()
    }
    await this.unfinished.resume(this.credentials.creds.me?.id, again).catch(error => complain('warn', `not resumed: ${error.message}`))
  }

  async #onConnection({ qr, connection, lastDisconnect, receivedPendingNotifications }) {
    if (receivedPendingNotifications && this.unfinished) this.#resume()
    if (qr) {
      clearTimeout(this.loginTimer)
      this.#tell('qr', { text: qr })
    }
    if (connection === 'open') {
      // Baileys says so also when the server never answered that it will send us what comes: it would be open, and silent for ever.
      if (this.isActive) clearTimeout(this.loginTimer)
      else this.#await('The server sends nothing')
      this.isOpen = true
      await this.credentials.flush().catch(() => {})
      this.#tell('opened', {})
    }
    if (connection === 'close') await this.#closed(lastDisconnect?.error)
  }

  #tell(tell, members) {
    if (!this.#isEnded) this.channel.send({ l: this.number, tell, ...members })
  }

  /** What is buffered goes out first, and so do credentials: those of a pairing come right before the close with 515. */
  async #closed(error) {
    clearTimeout(this.loginTimer)
    this.sock.ev.flush()
    await this.credentials.flush().catch(() => {})
    const code = error?.output?.statusCode
    if (code === 401) this.#unlinked()
    this.#tell('closed', { code, message: error?.message ?? 'closed' })
    this.#finish()
  }

  #finish() {
    this.#isEnded = true
    this.unfinished?.end()
    this.keys.end()
    this.credentials.close()
    clearTimeout(this.loginTimer)
    this.channel.forget(this.number)
    setImmediate(() => this.#unanswered.forEach(fail => fail(new Error('the link has ended'))))
    this.onEnd?.()
  }

  /**
   * A store that failed: nothing more is sent or received on this connection. What Baileys keeps together was confirmed to the server,
   * so it is handed over first.
   */
  #fail(error) {
    if (this.#isEnded) return
    this.sock.ev.flush()
    this.#tell('closed', { message: `The store failed: ${error.message}` })
    this.end()
  }

  /** Why it ends was told before; that saying goodbye failed as well matters to nobody. */
  #end(error) {
    this.sock.end(error).catch(() => {})
  }

  // ---- mends of what surrounds the socket

  #guardSocket() {
    const { ws } = this.sock
    // What the socket says is heard outside of every transaction. Frames come off the socket in whatever was going on when it went on
    // reading, also in a transaction that is over: whoever begins another inside of it waits for no lock, and reads sessions as they were.
    if (this.mends.outside) ws.emit = AsyncResource.bind(ws.emit.bind(ws))
    this.#watchQueries(ws, this.queryTimeoutMs)
    const close = ws.close.bind(ws)
    ws.close = () => {
      this.keys.freeze()
      this.pressure.release()
      const { socket } = ws
      const timer = setTimeout(() => socket?.terminate(), GOODBYE_MILLIS)
      return close().finally(() => clearTimeout(timer))
    }
    ws.on('close', () => this.keys.freeze())
    ws.once('CB:ib', () => {
      this.isActive = true
      if (this.isOpen) clearTimeout(this.loginTimer)
    })
    ws.prependListener('CB:message', node => {
      this.received.arrived(node)
      this.unfinished?.arrived(node)
    })
    if (this.mends.upgrades) ws.on('unexpected-response', (request, { statusCode }) => {
      request.destroy()
      this.#end(boom(`The server answered the upgrade with ${statusCode}`, 408))
    })
    if (this.mends.order) this.#guard('message', oneAfterTheOther)
    if (this.mends.frames) this.#guard('message', listener => this.#catching(listener))
    this.#guard('CB:message', listener => node => this.pressure.during(() => listener(node)))
    if (this.mends.credentials) this.#sendAfterCredentials(ws.socket)
  }

  /**
   * Whoever waits for an answer of the server listens to the tag of the question for as long. When none came, Baileys goes on with
   * nothing in its place: a message whose recipients it asked for leaves for nobody, and counts as sent. A moment before that the
   * question gets an error for an answer.
   */
  #watchQueries(ws, longestMs) {
    const timers = new Map()
    const { on, off } = ws
    ws.on = (name, listener) => {
      if (isAnswer(name)) {
        this.pressure.expect(1)
        if (this.mends.answers && longestMs) timers.set(listener, setTimeout(listener, longestMs * 0.98, UNANSWERED))
      }
      return on.call(ws, name, listener)
    }
    ws.off = (name, listener) => {
      if (isAnswer(name)) {
        this.pressure.expect(-1)
        clearTimeout(timers.get(listener))
        timers.delete(listener)
      }
      return off.call(ws, name, listener)
    }
  }

  #guard(event, around) {
    const { ws } = this.sock
    for (const listener of ws.listeners(event)) {
      ws.off(event, listener)
      ws.on(event, around(listener))
    }
  }

  /** A frame that cannot be read ends this connection. Baileys lets it end the process, and all other sessions with it. */
  #catching(listener) {
    return async (data, isBinary) => {
      try {
        // Text would be taken for the beginning of a frame of some megabytes, and what follows for its rest.
        if (isBinary === false) throw new Error('it is text')
        await listener(data)
      } catch (error) {
        complain('warn', `a frame could not be read: ${error.message}`)
        this.#end(boom('Malformed frame', 428))
      }
    }
  }

  /**
   * No frame leaves before the credentials that changed until then are durable: that we are paired, or which pre-keys we announce,
   * is not told to the server by somebody who may forget it.
   */
  #sendAfterCredentials(socket) {
    const send = socket.send.bind(socket)
    let tail
    socket.send = (data, callback) => {
      if (!tail && !this.credentials.dirty) return send(data, callback)
      const turn = (tail ?? Promise.resolve()).then(() => this.credentials.flush())
      const mine = turn.then(() => send(data, callback), callback).finally(() => {
        if (tail === mine) tail = undefined
      })
      tail = mine
    }
  }

  // ---- what the socket asks

  /**
   * Called for every message before it is encrypted, once for its peer and once for our own devices. It is stored while it is being
   * encrypted, and no ciphertext is handed on before it is; what leaves as it is waits here.
   */
  async #storeOwn(message) {
    const outgoing = this.#outgoing.getStore()
    if (!outgoing) return message
    const { jid, messageId: id } = outgoing
    if (!outgoing.stored) {
      // Told to have failed, though its own copy was made in the end.
      if (outgoing.isGivenUp) throw new Error('it was given up')
      const whole = { key: { remoteJid: jid, fromMe: true, id }, message, messageTimestamp: Math.floor(Date.now() / 1000), status: 1 }
      outgoing.stored = this.ask('own', { message: whole })
      outgoing.stored.catch(() => {})
    }
    if (!this.mends.durable || !isEncrypted(jid)) await outgoing.stored
    return message
  }

  async #messageForRetry(key) {
    const content = await this.ask('retry', { key })
    return content ? B.proto.Message.fromObject(content) : undefined
  }

  // ---- what the JVM asks

  /** An answer, or a failure as soon as there will be none. */
  answer(question, request) {
    return new Promise((resolve, reject) => {
      this.#unanswered.add(reject)
      this[question](request).then(resolve, reject).finally(() => this.#unanswered.delete(reject))
    })
  }

  async send(request) {
    if (!request.confirmed) return this.#send(request)
    const tag = `TAG:${request.messageId}`
    const { ws } = this.sock
    let heard
    // No question as the others: a large file may take longer to leave than any answer to come.
    const confirmation = new Promise(resolve => EventEmitter.prototype.on.call(ws, tag, (heard = resolve)))
    try {
      const message = await this.#send(request)
      // A setting of a group, which is no message and was confirmed as the question that it is.
      if (!message) return message
      this.pressure.expect(1)
      const answer = Promise.race([confirmation, pause(CONFIRM_MILLIS, undefined, { ref: false })])
      refuseUnconfirmed(await answer.finally(() => this.pressure.expect(-1)))
      return message
    } finally {
      EventEmitter.prototype.off.call(ws, tag, heard)
    }
  }

  async #send({ jid, content, options, messageId }) {
    const outgoing = { jid, messageId, stored: undefined }
    const { quoted, ...others } = options ?? {}
    const whole = { ...others, ...(quoted && { quoted: ofProto(quoted) }), messageId }
    const said = content.forward ? { ...content, forward: ofProto(content.forward) } : content
    await requireFiles(said)
    try {
      const work = () => this.#outgoing.run(outgoing, () => this.sock.sendMessage(jid, said, whole))
      const sent = await copies(said, work, () => outgoing.stored)
      await outgoing.stored
      return sent
    } catch (error) {
      outgoing.isGivenUp = true
      const failure = aboutFile(said, error)
      if (failure === error && !outgoing.stored && this.sock.ws.isOpen) error.isPermanent ??= isAboutContent(error)
      // Of a message that could not be stored Baileys knows only that it could not be encrypted for anybody.
      await outgoing.stored
      throw failure
    }
  }

  /** A change of the state that all devices share. */
  async modify({ jid, change }) {
    await this.sock.chatModify(change, jid)
  }

  async code({ number }) {
    const code = await this.sock.requestPairingCode(number)
    await this.credentials.flush()
    return code
  }

  /** Baileys' own ends when the question has left. This waits until the server has answered, or has thrown us out for it. */
  async logout() {
    await Promise.race([this.#unlink(), this.unlinked])
    this.#end(boom('Logged out', 401))
    return null
  }

  async #unlink() {
    const content = [{ tag: 'remove-companion-device', attrs: { jid: this.credentials.creds.me?.id, reason: 'user_initiated' } }]
    const attrs = { to: B.S_WHATSAPP_NET, type: 'set', xmlns: 'md' }
    const result = await this.sock.query({ tag: 'iq', attrs, content }, this.logoutTimeoutMs)
    if (result?.attrs?.type !== 'result') throw new Error('the server did not confirm the logout in time')
  }

  /**
   * Ends it politely: nothing more is read, what is being worked on is confirmed to the server and handed over, and then it is closed.
   * Baileys stores the ratchet of a message first and hands the message over last: cut in between, the message would be lost.
   */
  async disconnect() {
    this.pressure.stop()
    this.keys.stop()
    const now = performance.now()
    const latest = now + POLITE_MILLIS
    for (let idle = 0; idle < IDLE_LOOKS && performance.now() < latest && !this.#isEnded; await pause(LOOK_MILLIS)) {
      this.sock.ev.flush()
      // What lies there for longer will not be handed over by waiting.
      idle = !this.received.isAwaited(now - POLITE_MILLIS) && this.keys.isIdle ? idle + 1 : 0
    }
    this.sock.ev.flush()
    await this.unfinished?.settle()
    const reason = boom('Disconnected', 428)
    await Promise.race([this.sock.end(reason).catch(() => {}), pause(GOODBYE_MILLIS)])
    await this.#closed(reason)
  }

  /** Ends it without a word to anybody. */
  end() {
    if (!this.#isEnded) this.#finish()
    this.#end(undefined)
  }
}

/**
 * Reads what came in one message of the WebSocket when that of the one before has been read. A frame that is compressed takes a moment
 * longer, in which Baileys reads on: what came later is then told first.
 */
const oneAfterTheOther = listener => {
  let last = Promise.resolve()
  return data => {
    const mine = last.then(() => listener(data))
    last = mine.catch(() => {})
    return mine.then(() => {}) // fails on its own: that the next goes on is no answer to a failure
  }
}

/** A stored message as Baileys has it in memory: in JSON its bytes are base64 and its numbers may be text. */
const ofProto = message => B.proto.WebMessageInfo.fromObject(message)

/** What leaves is not there yet: Baileys is content when it has left, and tells of a refusal in an event. */
const refuseUnconfirmed = answer => {
  if (!answer) throw new Error('the server has not confirmed the message in time, and may have it')
  const { error } = answer.attrs
  if (answer.tag === 'ack' && error) {
    throw Object.assign(new Error(`the server refused the message: ${error}`), { isPermanent: !PASSING_REFUSAL.test(error) })
  }
}

/** Too many at once, or trouble of the server's own. */
const PASSING_REFUSAL = /^(429|5\d\d)$/

/** What Baileys refuses before anything is sent. A server that `fetch` could not reach is a TypeError as well, one that has a cause. */
const isAboutContent = error =>
  error?.output?.statusCode === 400 || (error instanceof TypeError && (!error.cause || error.cause.code === 'ERR_INVALID_URL'))

/** Whether what goes to this address passes through the repository, which waits for what has to be stored. */
const isEncrypted = jid => ['s.whatsapp.net', 'lid', 'g.us'].includes(B.jidDecode(jid)?.server)
