// What can be asked of somebody's own phone: old messages, state that is synchronised, and what its owner writes on it.
import { S_WHATSAPP_NET, jidEncode, proto } from 'baileys'
import { el } from './stanza.mjs'

let serial = 0

export const phoneOperations = ({ server, person, device }) => {
  const collectionOf = (jid, name) => device(jid).account.collection(name)
  return {
    /** A part of the history, as proto.HistorySync has it in JSON. */
    historyPart: ({ phone, jid, part }) => person(phone).shareHistoryPart(device(jid), part),

    // -- synchronised state
    /** A new key for what is synchronised from now on; the old one still reads what came before. */
    newStateKey: ({ phone }) => person(phone).newAppStateKey().toString('base64'),
    shareStateKey: ({ phone, jid }) => person(phone).shareAppStateKey(device(jid)),
    /** The phone changes something. Its devices are told, or find out when they look. */
    changeState: async ({ phone, jid, collection: name, index, action, quietly }) => {
      const collection = collectionOf(jid, name)
      await person(phone).changeAppState(collection, { index, syncAction: { ...action, timestamp: Date.now() } })
      if (quietly) return
      const changed = [el('collection', { name, version: String(collection.patches.length) })]
      const stanza = el('notification', { from: S_WHATSAPP_NET, id: `state-${++serial}`, type: 'server_sync', t: '1' }, changed)
      await server.routing.deliver(device(jid), stanza)
    },
    /** What the phone reads in a collection, what its devices changed included. */
    stateOf: async ({ phone, jid, collection: name }) => {
      const collection = collectionOf(jid, name)
      await person(phone).readAppState(collection)
      return [...collection.actions].map(([index, action]) => ({ index: JSON.parse(index), action: proto.SyncActionValue.fromObject(action).toJSON() }))
    },
    /** From which versions of a collection devices went on. */
    stateAsked: ({ jid, collection: name }) => collectionOf(jid, name).asked,
    stateVersion: ({ jid, collection: name }) => collectionOf(jid, name).patches.length,

    // -- messages
    /** The owner writes on the phone: to somebody, and as a copy to the devices that are linked. */
    writeOnPhone: async ({ phone, to, text: conversation }) => {
      const peer = person(to)
      const id = await person(phone).send(peer.pn, { conversation })
      const recipient = jidEncode(peer.lid, 'lid')
      const copy = { deviceSentMessage: { destinationJid: recipient, message: { conversation } } }
      return person(phone).send(person(phone).pn, copy, { id, attrs: { recipient } })
    }
  }
}
