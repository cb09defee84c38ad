// Who gets which stanza. What a client has not confirmed waits for it, as on the real server.
import { getBinaryNodeChild, getBinaryNodeChildren, jidEncode } from 'baileys'
import { el, now } from './stanza.mjs'

/** What clients say beside that, and nobody has to hear: that they are there, that they write, and how much of what waits they want. */
const UNHEARD = new Set(['presence', 'chatstate', 'ib'])

/** Messages wait under their id, everything else under all that its ack repeats. */
const placeOf = ({ tag, attrs: { id, type, from, participant } }) =>
  tag === 'message' ? id : [tag, id, type, from, participant].join(' ')

export class Routing {
  constructor(server) {
    this.server = server
    this.directory = server.directory
  }

  /** Hands a stanza to a device: at once when it is simulated or live, else it waits until the client returns. */
  async deliver(device, stanza, sender) {
    if (device.actor) return device.actor.receive(stanza, sender)
    device.queue.set(placeOf(stanza), stanza) // until a receipt or an ack names it
    if (device.connection?.live) device.connection.send(stanza)
  }

  onStanza(connection, node) {
    const { device } = connection
    if (!device) return
    if (node.tag === 'message') return this.#routeMessage(connection, device, node)
    if (node.tag === 'receipt') return this.#routeReceipt(connection, device, node)
    if (node.tag === 'ack') return device.queue.delete(placeOf({ tag: node.attrs.class, attrs: { ...node.attrs, from: node.attrs.to } }))
    if (!UNHEARD.has(node.tag)) this.server.surprise(`unknown stanza ${node.tag}`)
  }

  #routeMessage(connection, device, node) {
    const { to, id, type, category } = node.attrs
    if (this.server.onMessage?.(connection, node)) return
    connection.send(el('ack', { class: 'message', id, from: to, t: now() }))
    const identity = getBinaryNodeChild(node, 'device-identity')
    const shared = getBinaryNodeChildren(node, 'enc')
    const participants = getBinaryNodeChildren(getBinaryNodeChild(node, 'participants'), 'to')
    const own = new Map(participants.map(({ attrs, content }) => [this.directory.device(attrs.jid), content]))
    const group = this.directory.groups.get(to)
    const pn = jidEncode(device.account.pn, 's.whatsapp.net')
    const from = group
      ? { from: to, participant: device.lidJid, participant_pn: pn, addressing_mode: 'lid' }
      : { from: device.lidJid, sender_pn: pn, addressing_mode: 'lid' }
    for (const target of this.#targets(device, node, group, own, shared)) {
      if (!target) continue
      const encs = [...(own.get(target) ?? []), ...shared]
      const sameUser = target.account === device.account && !group
      const attrs = { ...from, id, type, t: now(), ...(category && { category }), ...(sameUser && !category && { recipient: to }) }
      const introduces = identity && encs.some(enc => enc.attrs.type === 'pkmsg')
      this.deliver(target, el('message', attrs, [...encs, ...(introduces ? [identity] : [])]), device)
    }
  }

  #targets(device, { attrs: { to, participant } }, group, own, shared) {
    if (group && !participant) return group.members.flatMap(({ devices }) => [...devices.values()]).filter(each => each !== device)
    return shared.length ? [this.directory.device(participant ?? to)] : [...own.keys()]
  }

  #routeReceipt(connection, device, node) {
    const { id, to, type, participant } = node.attrs
    connection.send(el('ack', { class: 'receipt', id, from: to, ...(type && { type }), ...(participant && { participant }) }))
    const ids = [id, ...getBinaryNodeChildren(getBinaryNodeChild(node, 'list'), 'item').map(item => item.attrs.id)]
    // That a piece of history came is said a second time.
    if (type !== 'retry' && type !== 'hist_sync') for (const each of ids) device.queue.delete(each)
    const inGroup = this.directory.groups.has(to)
    const target = inGroup ? participant && this.directory.device(participant) : this.directory.device(to)
    const from = inGroup ? { from: to, participant: device.lidJid } : { from: device.lidJid }
    if (target && target !== device) this.deliver(target, el('receipt', { ...from, id, t: now(), ...(type && { type }) }, node.content), device)
  }
}
