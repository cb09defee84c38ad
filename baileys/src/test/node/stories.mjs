// What became of each message, step by step, to be told when a test misses one: who sent what when, over which connection, who could read it,
// who asked for it again, and what was said to that.

const LONGEST = 60

export class Stories {
  #steps = new Map()
  #connections = new Map()
  #begin = Date.now()

  constructor(server) {
    server.on('stanza', (direction, node, connection) => this.#passed(direction, node, connection))
    server.on('gone', connection => this.#connections.has(connection) && this.#ends.set(this.#nameOf(connection), this.#now()))
    this.#watchDeliveries(server.routing)
  }

  #ends = new Map()

  #now() {
    return Date.now() - this.#begin
  }

  #nameOf(connection) {
    if (!this.#connections.has(connection)) this.#connections.set(connection, `connection ${this.#connections.size + 1}`)
    return this.#connections.get(connection)
  }

  #note(id, step) {
    if (!this.#steps.has(id)) this.#steps.set(id, [])
    const steps = this.#steps.get(id)
    if (steps.length < LONGEST) steps.push(`${this.#now()} ${step}`)
  }

  #passed(direction, node, connection) {
    const { tag, attrs, content } = node
    if (!['message', 'receipt', 'ack'].includes(tag) || !connection.device) return
    const { class: kind, type, to, from, participant, error, offline } = attrs
    const encs = [...JSON.stringify(Array.isArray(content) ? content : []).matchAll(/"type":"(pkmsg|msg|skmsg)"/g)].map(([, each]) => each)
    const details = { kind, type, to, from, participant, error, offline, encs: encs.length ? encs.join('+') : undefined }
    const said = Object.entries(details).flatMap(([name, value]) => (value === undefined ? [] : [`${name} ${value}`]))
    const ids = [attrs.id, ...(tag === 'receipt' ? listed(content) : [])]
    for (const id of ids) this.#note(id, `${direction === 'in' ? 'client says' : 'client gets'} ${tag} over ${this.#nameOf(connection)}: ${said.join(', ')}`)
  }

  /** What simulated devices get, and whether they could read it. */
  #watchDeliveries(routing) {
    const deliver = routing.deliver.bind(routing)
    routing.deliver = (device, stanza, sender) => {
      const { tag, attrs: { id, type } } = stanza
      if (!device.actor) {
        if (tag !== 'notification') this.#note(id, `${tag} ${type ?? ''} waits for ${device.pnJid}${device.connection?.live ? '' : ', who is away'}`)
        return deliver(device, stanza, sender)
      }
      const { actor } = device
      const before = actor.failures.length
      return deliver(device, stanza, sender).then(() => {
        const failure = actor.failures.slice(before).find(one => one.stanza === stanza)
        this.#note(id, `${actor.name ?? device.pnJid} got ${tag} ${type ?? ''}${failure ? `, and failed: ${failure.error.message}` : ''}`)
      })
    }
  }

  /** Whether a message was seen at all. */
  isKnown(id) {
    return this.#steps.has(id)
  }

  /** All that is known of a message. */
  of(id) {
    const ends = [...this.#ends].map(([name, at]) => `${name} ended at ${at}`)
    return [...(this.#steps.get(id) ?? ['nothing is known of it']), ...ends.slice(-8)].join('\n  ')
  }
}

const listed = content => (Array.isArray(content) ? content : []).flatMap(({ tag, content: items }) => (tag === 'list' ? items.map(({ attrs }) => attrs.id) : []))
