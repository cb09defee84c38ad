// The way of a message of ours: stored while it is encrypted, gone when the server says so.
import { AsyncLocalStorage } from 'node:async_hooks'
import { EventEmitter } from 'node:events'
import { B } from './engine.mjs'
import { aboutFile, copies, requireFiles } from './files.mjs'

/** For how long the server may take to confirm a message. */
const CONFIRM_MILLIS = 50_000

export class Sending {
  #outgoing = new AsyncLocalStorage()
  #upload

  /**
   * @param socket gives the socket of Baileys, which is made after this
   * @param ask asks the JVM
   * @param failed is told that the JVM could not give what somebody asks for again
   * @param isDurable whether what is encrypted waits for its store in the repository
   */
  constructor({ socket, ask, failed, pressure, isDurable }) {
    Object.assign(this, { socket, ask, failed, pressure, isDurable })
  }

  /** Has files taken to their host in another way than Baileys' own, see `uploading`. */
  asksAgainForHost(config) {
    this.#upload = uploading(this.socket, config)
  }

  /** Does what sends something that is no message of the JVM's, and can wait for those that are. */
  async inLine(work) {
    return this.#outgoing.run({ isAside: true }, work)
  }

  /** Whether this is part of what the JVM sends, or stands in the same line. */
  get isSending() {
    return this.#outgoing.getStore() !== undefined
  }

  /** What resolves when the message that is being sent here is stored. */
  get stored() {
    return this.#outgoing.getStore()?.stored
  }

  /**
   * Called for every message before it is encrypted, once for its peer and once for our own devices. It is stored while it is being
   * encrypted, and no ciphertext is handed on before it is; what leaves as it is waits here.
   */
  async store(message) {
    const outgoing = this.#outgoing.getStore()
    if (!outgoing || outgoing.isAside) return message
    const { jid, messageId: id } = outgoing
    const isAwaited = !this.isDurable || !isEncrypted(jid)
    if (!outgoing.stored) {
      // Told to have failed, though its own copy was made in the end.
      if (outgoing.isGivenUp) throw new Error('it was given up')
      const whole = { key: { remoteJid: jid, fromMe: true, id }, message, messageTimestamp: Math.floor(Date.now() / 1000), status: 1 }
      // With the ratchets, which follow in a moment: what comes together is worked on together, and wakes the JVM once.
      outgoing.stored = this.ask('own', { message: whole }, { mayWait: !isAwaited })
      outgoing.stored.catch(() => {})
    }
    if (isAwaited) await outgoing.stored
    return message
  }

  /**
   * The content of a message of ours that somebody could not read. Baileys would take a failure for an answer, and tell the server that
   * this was dealt with: nobody asks twice. So the connection ends, and the server asks over the next.
   */
  async forRetry(key) {
    const content = await this.#contentOf(key)
    return content ? B.proto.Message.fromObject(content) : undefined
  }

  /** Whether the history has a message. Where it cannot say, the connection ends as well, and the next asks. */
  async isKnown(key) {
    return Boolean(await this.#contentOf(key))
  }

  #contentOf(key) {
    return this.ask('retry', { key }).catch(error => {
      this.failed(error)
      return new Promise(() => {})
    })
  }

  async send(request) {
    if (!request.confirmed) return this.#send(request)
    const tag = `TAG:${request.messageId}`
    const { ws } = this.socket()
    let heard, timer
    // No question as the others: a large file may take longer to leave than any answer to come.
    const confirmation = new Promise(resolve => EventEmitter.prototype.on.call(ws, tag, (heard = resolve)))
    try {
      const message = await this.#send(request)
      // A setting of a group, which is no message and was confirmed as the question that it is.
      if (!message) return message
      this.pressure.expect(1)
      const late = new Promise(resolve => (timer = setTimeout(resolve, CONFIRM_MILLIS)))
      refuseUnconfirmed(await Promise.race([confirmation, late]).finally(() => this.pressure.expect(-1)))
      return message
    } finally {
      clearTimeout(timer)
      EventEmitter.prototype.off.call(ws, tag, heard)
    }
  }

  async #send({ jid, content, options, messageId }) {
    const outgoing = { jid, messageId, stored: undefined }
    const { quoted, ...others } = options ?? {}
    const whole = { ...others, ...(quoted && { quoted: ofProto(quoted) }), ...(this.#upload && { upload: this.#upload }), messageId }
    const said = content.forward ? { ...content, forward: ofProto(content.forward) } : content
    const socket = this.socket()
    await requireFiles(said)
    try {
      const work = () => this.#outgoing.run(outgoing, () => socket.sendMessage(jid, said, whole))
      const sent = await copies(said, work, () => outgoing.stored)
      await outgoing.stored
      return sent
    } catch (error) {
      outgoing.isGivenUp = true
      const failure = aboutFile(said, error)
      if (failure === error && !outgoing.stored && socket.ws.isOpen) error.isPermanent ??= isAboutContent(error)
      // Of a message that could not be stored Baileys knows only that it could not be encrypted for anybody.
      await outgoing.stored
      throw failure
    }
  }
}

/**
 * Takes files to their host. Baileys asks the server for it once, and keeps the question, also when it failed: no file could be sent over
 * this connection any more. Then it is asked for again, for each file.
 */
const uploading = (socket, config) =>
  B.getWAUploadToServer({ ...B.DEFAULT_CONNECTION_CONFIG, ...config }, force => socket().refreshMediaConn(force).catch(() => hostOfFiles(socket())))

const hostOfFiles = async ({ query }) => {
  const answer = await query({ tag: 'iq', attrs: { type: 'set', xmlns: 'w:m', to: B.S_WHATSAPP_NET }, content: [{ tag: 'media_conn', attrs: {} }] })
  const { attrs, content } = B.getBinaryNodeChild(answer, 'media_conn')
  return { auth: attrs.auth, hosts: content.filter(({ tag }) => tag === 'host').map(host => ({ hostname: host.attrs.hostname })) }
}

/** A stored message as Baileys has it in memory: in JSON its bytes are base64 and its numbers may be text. */
const ofProto = message => B.proto.WebMessageInfo.fromObject(message)

/** What leaves is not there yet: Baileys is content when it has left, and tells of a refusal in an event. */
const refuseUnconfirmed = answer => {
  if (!answer) throw new Error('the server has not confirmed the message in time, and may have it')
  const { error } = answer.attrs
  if (answer.tag === 'ack' && error) {
    const why = WHY_REFUSED[error]
    const isPermanent = !PASSING_REFUSAL.test(error) || NEVER.has(error)
    throw Object.assign(new Error(`the server refused the message: ${error}${why ? ` (${why})` : ''}`), { isPermanent })
  }
}

/** Addresses that were out of date, which are asked for anew with each message; too many at once; or trouble of the server's own. */
const PASSING_REFUSAL = /^(421|429|5\d\d)$/

/** Numbers among those of the server's own trouble that say that such a message is not possible. */
const NEVER = new Set(['550', '551'])

/** What Baileys knows of these numbers, and those who met them. */
const WHY_REFUSED = {
  421: 'the recipients were addressed in a way that their group has left',
  463: 'the account is restricted, or may not begin this conversation',
  479: 'its form is not accepted, as when a device that it names has gone',
  550: 'an admin cannot revoke it in this way',
  551: 'this group takes no such message',
  552: 'the server could not store it'
}

/** What Baileys refuses before anything is sent. A server that `fetch` could not reach is a TypeError as well, one that has a cause. */
const isAboutContent = error =>
  error?.output?.statusCode === 400 || (error instanceof TypeError && (!error.cause || error.cause.code === 'ERR_INVALID_URL'))

/** Whether what goes to this address passes through the repository, which waits for what has to be stored. */
const isEncrypted = jid => ['s.whatsapp.net', 'lid', 'g.us'].includes(B.jidDecode(jid)?.server)
