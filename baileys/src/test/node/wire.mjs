// What can be wrong between a server and a client of which each does as it should: answers that do not come, stanzas that come twice,
// compressed ones beside plain ones, and somebody who hears nothing.
import { getBinaryNodeChild, getBinaryNodeChildBuffer, getBinaryNodeChildren } from 'baileys'

export const nameOfQuery = ({ attrs: { xmlns, type = 'get' }, content }) =>
  `${xmlns}/${type}/${(Array.isArray(content) && content[0]?.tag) || ''}`

const idsOfKeys = node => getBinaryNodeChildren(node, 'key').map(key => getBinaryNodeChildBuffer(key, 'id').toString('hex'))

export class Wire {
  /** The queries of clients since this was last emptied, in their order. */
  asked = []
  /** How often each message is sent. */
  copies = 1
  /** `(node, number)` says whether a stanza is compressed. */
  compresses = () => false
  /** What is lost of a query: `{ query, part, after, times }`, where the part is `question`, `answer` or `refused`; the first so many arrive. */
  lost = undefined
  /** What was done so far: messages that were sent once more, and frames that were compressed. */
  done = { copies: 0, compressed: 0 }
  /** The pre-keys that each device has announced, in the order of that. */
  #announced = new Map()
  #messages = new Map()
  #sent = 0

  constructor(server) {
    server.on('stanza', (direction, node, connection) => direction === 'in' && this.#noted(node, connection))
  }

  #noted(node, { device }) {
    if (node.tag === 'iq' && node.attrs.xmlns) this.asked.push(nameOfQuery(node))
    const list = node.tag === 'iq' ? getBinaryNodeChild(node, 'list') : getBinaryNodeChild(node, 'keys')
    if (list && device) this.announcedBy(device.pnJid).push(...idsOfKeys(list))
  }

  announcedBy(jid) {
    if (!this.#announced.has(jid)) this.#announced.set(jid, [])
    return this.#announced.get(jid)
  }

  /** Which part of this query does not arrive. */
  loses(query) {
    const { lost } = this
    if (lost?.query !== query || lost.times < 1 || lost.after-- > 0) return undefined
    lost.times--
    return lost.part
  }

  /** A message as it was sent last. */
  message(id) {
    return this.#messages.get(id)
  }

  /** How a stanza goes out: how often, and with what. */
  send(node, options, once) {
    const compress = options?.compress ?? this.compresses(node, this.#sent++)
    if (node.tag === 'message') this.#messages.set(node.attrs.id, node)
    const times = node.tag === 'message' ? this.copies : 1
    for (let time = 0; time < times; time++) {
      once({ ...options, compress })
      if (time) this.done.copies++
    }
  }
}
