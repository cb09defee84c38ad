// One client connection, from the WebSocket to nodes.
import { S_WHATSAPP_NET } from 'baileys'
import { NoiseResponder } from './noise.mjs'
import { queries } from './queries.mjs'
import { el } from './stanza.mjs'
import { nameOfQuery } from './wire.mjs'

export class Connection {
  #waiting = new Map()
  #nextId = 1
  /** Past <iq passive active/>: deliveries go straight to the wire. */
  live = false

  constructor(server, ws) {
    Object.assign(this, { server, ws })
    this.noise = new NoiseResponder({
      certificates: server.certificates,
      send: bytes => ws.readyState === ws.OPEN && ws.send(bytes),
      onClientPayload: (payload, staticKey) => server.authenticate(this, payload, staticKey),
      onNode: node => this.#onNode(node)
    })
    this.noise.onCompressed = () => server.wire.done.compressed++
    ws.on('message', data => this.#receive(data))
    ws.on('close', () => server.forgetConnection(this))
    ws.on('error', error => server.fault(error))
  }

  #receive(data) {
    try {
      this.noise.receive(data).catch(error => this.server.fault(error))
    } catch (error) {
      this.server.fault(error)
      this.ws.close()
    }
  }

  send(node, options) {
    if (this.ws.readyState !== this.ws.OPEN) return
    this.server.record('out', node, this)
    this.server.wire.send(node, options, how => this.noise.sendNode(node, how))
  }

  /** An iq of the server; resolves with the client's result. */
  iq(attrs, content) {
    const id = `srv-${this.#nextId++}`
    const answer = new Promise(resolve => this.#waiting.set(id, resolve))
    this.send(el('iq', { id, from: S_WHATSAPP_NET, ...attrs }, content))
    return answer
  }

  #onNode(node) {
    this.server.record('in', node, this)
    if (this.server.deaf || this.isDeaf) return
    if (node.tag === 'iq' && (node.attrs.type === 'result' || node.attrs.type === 'error')) {
      const heard = this.#waiting.get(node.attrs.id)
      if (!heard) return this.server.surprise(`an answer to no question, ${node.attrs.id}`)
      this.#waiting.delete(node.attrs.id)
      heard(node)
    } else if (node.tag === 'iq') this.#answer(node)
    else {
      this.server.routing.onStanza(this, node)
      this.server.emit('routed', node)
    }
  }

  /** A handler that fails still answers, or the client would wait a minute for it. */
  async #answer(iq) {
    const { id, to } = iq.attrs
    const query = nameOfQuery(iq)
    const handler = queries[query]
    const lost = this.server.wire.loses(query)
    if (lost === 'question') return
    const reply = (attrs, content) => lost === 'answer' || this.send(el('iq', { id, from: to ?? S_WHATSAPP_NET, ...attrs }, content))
    const refuse = (code, text) => reply({ type: 'error' }, [el('error', { code, text })])
    if (lost === 'refused') return refuse('500', 'internal-server-error')
    if (!handler) {
      this.server.surprise(`unknown query ${query}`)
      return refuse('501', 'feature-not-implemented')
    }
    try {
      const content = await handler(this, iq)
      if (content?.error) refuse(...content.error)
      else reply({ type: 'result' }, content?.length ? content : undefined)
    } catch (error) {
      this.server.fault(error)
      refuse('500', 'internal-server-error')
    }
  }

  failure(reason) {
    this.send(el('failure', reason ? { reason: String(reason), location: 'stand-in' } : {}))
    this.ws.close()
  }

  streamError(code, child) {
    this.send(el('stream:error', code ? { code: String(code) } : {}, child && [child]))
    this.ws.close()
  }
}
