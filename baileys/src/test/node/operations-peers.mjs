// What can be asked of people beside writing texts: any content, receipts, devices of their own.
import { jidEncode, proto } from 'baileys'
import { el, now } from './stanza.mjs'

let serial = 0

export const peerOperations = ({ server, people, person, device }) => {
  /** All clients hear that somebody has a device more or less. */
  const tellDevices = async ({ pn, lid }, what, id) => {
    const list = el(what, { device_hash: `2:${++serial}` }, [el('device', { jid: jidEncode(lid, 'lid', id) }), el('device', { jid: jidEncode(pn, 's.whatsapp.net', id) })])
    const attrs = { from: jidEncode(pn, 's.whatsapp.net'), lid: jidEncode(lid, 'lid'), type: 'devices', t: now() }
    const clients = [...server.connections].filter(({ live, device: of }) => live && of.account.pn !== pn)
    for (const client of clients) await server.routing.deliver(client.device, el('notification', { ...attrs, id: `devices-${++serial}` }, [list]))
  }

  return {
    /** Somebody sends something, as proto.Message has it in JSON: to one of my devices, or in a group. */
    say: ({ peer, to, group, jid, message, ...options }) => {
      const said = proto.Message.fromObject(message)
      if (group) return person(peer).sendGroup(server.directory.groups.get(group), said, options)
      return person(peer).send(person(to).pn, said, { ...(jid && { toDevice: device(jid).id }), ...options })
    },
    /** What somebody read, as JSON. */
    heard: ({ name, id }) => {
      const found = person(name).inbox.find(message => message.id === id)
      return found ? proto.Message.fromObject(found.message).toJSON() : null
    },
    /** Somebody confirms messages to a device: `played`, `read`, `read-self` of one's own phone, or, without a type, that they came. */
    confirm: ({ peer, jid, ids: [id, ...more], type, group, recipient }) => {
      const { lidJid, wire } = person(peer)
      const attrs = { id, t: now(), ...(type && { type }), ...(recipient && { recipient }), ...(group ? { from: group, participant: lidJid } : { from: lidJid }) }
      const list = more.length ? [el('list', {}, more.map(each => el('item', { id: each })))] : undefined
      return wire.route(device(jid), el('receipt', attrs, list))
    },

    // -- devices
    addDevice: async ({ of, name, id }) => {
      people.set(name, await server.addCompanion(person(of), id))
      await tellDevices(person(of), 'add', id)
    },
    removeDevice: async ({ name }) => {
      const { pn, device: id } = person(name)
      server.directory.account(pn).devices.delete(id)
      await tellDevices(person(name), 'remove', id)
    },
    /** Another phone's owner scans a QR code. */
    scanBy: async ({ phone, qr }) => {
      const { id, pnJid, lidJid } = await server.pairing.scan(person(phone), qr)
      return { id, jid: pnJid, lid: lidJid }
    }
  }
}
