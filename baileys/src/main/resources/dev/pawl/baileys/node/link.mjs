// One connection of one session, from the first attempt to reach the server until it closes. It is not opened again.
import { setTimeout as pause } from 'node:timers/promises'
import { B, boom, makeLibSignalRepository, makeWASocket } from './engine.mjs'
import { Credentials } from './credentials.mjs'
import { Events } from './events.mjs'
import {
  closeSoon, endedByMalformed, GOODBYE_MILLIS, hearOutside, heedRefusedUpgrades, oneAfterTheOther, sendAfterCredentials, surround, watchQuestions
} from './guards.mjs'
import { Kept } from './kept.mjs'
import { HostKeys, repositoryOf } from './keys.mjs'
import { Owed } from './owed.mjs'
import { askThePhoneLast } from './placeholders.mjs'
import { Pressure, SMALL } from './pressure.mjs'
import { complain, loggerOf } from './quiet.mjs'
import { receivedOf } from './received.mjs'
import { Renewals } from './renewals.mjs'
import { Resends } from './resends.mjs'
import { Sending } from './sending.mjs'
import { beginAgain, Unfinished } from './unfinished.mjs'
import { Waited, whenBegun } from './waited.mjs'

/** For how long a polite end waits for what is under way, and how often it has to see nothing before it believes that. */
const POLITE_MILLIS = 3000
const LOOK_MILLIS = 5
const IDLE_LOOKS = 5

/** Baileys waits for a quarter of a second after each message that it asks for again, and everything else with it. */
const AT_ONCE = { retryRequestDelayMs: 0 }

/**
 * When a message cannot be read a second time, or is asked for a second time, Baileys deletes all sessions with its sender, and with them
 * what others that still wait were written on. `Renewals` begins a new one beside them.
 */
const SESSIONS_STAY = { enableAutoSessionRecreation: false }

export class Link {
  #isEnded = false
  #unlinked
  #owed = new Owed()

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
      duplicates: true, unfinished: true, sessions: true, again: true, ...mends
    }
    const ask = (question, members, options) => channel.ask(number, question, members, options)
    this.credentials = new Credentials(creds, () => this.keys.saveCredentials())
    this.keys = new HostKeys({ ask, remember, credentials: this.credentials, failed: error => this.#fail(error) })
    this.received = receivedOf(creds.me?.id)
    const trouble = message => this.#tell('trouble', { message })
    const tells = { stored: () => ask('stored'), trouble }
    if (this.mends.received) this.kept = new Kept(this.keys, this.received, tells)
    if (this.mends.unfinished) this.unfinished = new Unfinished(this.keys, tells)
    if (this.mends.sessions) this.renewals = new Renewals()
    this.pressure = new Pressure(() => this.sock.ws.socket, isPaused => this.#tell(isPaused ? 'paused' : 'resumed', {}))
    this.sending = new Sending({ socket: () => this.sock, ask, failed: error => this.#fail(error), pressure: this.pressure, isDurable: this.mends.durable })
    const logger = loggerOf(log, () => this.#isEnded)
    if (this.mends.again) {
      const confirm = receipt => this.sock.sendMessageAck(receipt).catch(error => complain('warn', `not confirmed: ${error.message}`))
      this.resends = new Resends({ account: creds.me?.id, deliver: node => this.#hear(node), confirm, trouble })
    }
    this.sock = makeWASocket({
      ...AT_ONCE,
      ...(this.renewals && SESSIONS_STAY),
      ...socket,
      auth: { creds, keys: this.keys },
      logger: this.resends?.listenTo(logger) ?? logger,
      ...(this.resends && { msgRetryCounterCache: this.resends.counts }),
      // The JVM was told that what a failed write left behind is not known: trying again is not ours to do.
      transactionOpts: { maxCommitRetries: 1, delayBetweenTriesMs: 0 },
      makeSignalRepository: repositoryOf({
        make: makeLibSignalRepository, store: this.keys, ...this.mends, received: this.received, recalls: this.mends.received,
        kept: this.kept, unfinished: this.unfinished, renewals: this.renewals, ownStored: () => this.sending.stored,
        isSending: () => this.sending.isSending
      }),
      patchMessageBeforeSending: message => this.sending.store(message),
      getMessage: key => this.sending.forRetry(key)
    })
    this.#await('Login timed out')
    this.sock.ev.on('creds.update', () => this.credentials.changed())
    if (this.mends.answers) this.sending.asksAgainForHost({ ...socket, logger: loggerOf(log, () => this.#isEnded) })
    const { pressure, received, kept, unfinished } = this
    const isSynced = () => this.credentials.creds.accountSyncCounter > 0
    this.events = new Events({ number, channel, pressure, received, kept, unfinished, isSynced, isEnded: () => this.#isEnded })
    this.events.listen(this.sock.ev, update => this.#onConnection(update))
    this.#guardSocket()
  }

  /** Ends it unless something is heard in time that clears the timer. */
  #await(otherwise) {
    clearTimeout(this.loginTimer)
    this.loginTimer = setTimeout(() => this.#end(boom(otherwise, 408)), this.loginTimeoutMs)
  }

  // ---- what the socket says

  /** The JVM took the events up to this one over, and has stored those up to that. */
  taken(upTo, stored) {
    this.events.taken(upTo, stored)
  }

  /** Once all that waited for us has come, or Baileys would not look at the state that devices share. */
  async #resume() {
    const isKnown = key => this.sending.isKnown(key)
    await this.kept?.resume(this.sock, isKnown).catch(error => complain('warn', `not handed over: ${error.message}`))
    const me = this.credentials.creds.me?.id
    await this.unfinished?.resume(me, beginAgain(this.sock)).catch(error => complain('warn', `not resumed: ${error.message}`))
  }

  async #onConnection({ qr, connection, lastDisconnect, receivedPendingNotifications }) {
    if (receivedPendingNotifications) this.#resume()
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

  /** A receipt, once more. */
  #hear(receipt) {
    const { ws } = this.sock
    if (ws.isOpen) ws.emit('CB:receipt', receipt)
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
    this.kept?.end()
    this.unfinished?.end()
    this.resends?.end()
    this.keys.end()
    this.credentials.close()
    clearTimeout(this.loginTimer)
    this.channel.forget(this.number)
    setImmediate(() => this.#owed.fail(new Error('the link has ended')))
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
    const { mends, keys, pressure, credentials } = this
    const end = error => this.#end(error)
    if (mends.outside) hearOutside(ws)
    watchQuestions(this.sock, { pressure, longestMs: mends.answers ? this.queryTimeoutMs : undefined })
    closeSoon(ws, { keys, pressure })
    ws.once('CB:ib', () => {
      this.isActive = true
      if (this.isOpen) clearTimeout(this.loginTimer)
    })
    // Around Baileys' listeners alone, and so before there are others.
    for (const small of ['CB:receipt', 'CB:notification']) surround(ws, small, listener => node => pressure.during(() => listener(node), SMALL))
    if (mends.again) {
      surround(ws, 'CB:receipt', this.resends.around)
      if (this.sock.messageRetryManager) this.resends.keepContents(this.sock.messageRetryManager)
    }
    if (mends.order) {
      const waited = new Waited()
      surround(ws, 'CB:message', waited.around)
      if (this.sock.messageRetryManager) askThePhoneLast(this.sock.messageRetryManager, waited, work => this.sending.inLine(work))
    }
    ws.prependListener('CB:message', node => {
      this.received.arrived(node)
      this.kept?.arrived(node)
      this.unfinished?.arrived(node)
    })
    if (mends.sessions) ws.prependListener('CB:receipt', node => whenBegun(node, () => this.renewals.heard(node)))
    if (mends.upgrades) heedRefusedUpgrades(ws, end)
    if (mends.order) surround(ws, 'message', oneAfterTheOther)
    if (mends.frames) surround(ws, 'message', endedByMalformed(end))
    surround(ws, 'CB:message', listener => node => pressure.during(() => listener(node)))
    if (mends.credentials) sendAfterCredentials(ws.socket, credentials)
  }

  // ---- what the JVM asks

  /** An answer, or a failure as soon as there will be none. */
  answer(question, request) {
    return this.#owed.answer(this[question](request))
  }

  send(request) {
    return this.sending.send(request)
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
    this.resends?.end()
    const now = performance.now()
    const latest = now + POLITE_MILLIS
    for (let idle = 0; idle < IDLE_LOOKS && performance.now() < latest && !this.#isEnded; await pause(LOOK_MILLIS)) {
      this.sock.ev.flush()
      // What lies there for longer will not be handed over by waiting.
      idle = !this.received.isAwaited(now - POLITE_MILLIS) && this.keys.isIdle ? idle + 1 : 0
    }
    this.sock.ev.flush()
    await this.kept?.settle()
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
