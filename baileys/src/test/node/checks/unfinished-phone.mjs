// A phone that sends pieces of history and keys to this device, and a store for what is kept of them.
import { bridge } from './bridge.mjs'

const { B } = await bridge('engine.mjs')
const { Unfinished } = await bridge('unfinished.mjs')

export const TYPE = 'pawl-unfinished'

export class Phone {
  troubles = []
  commits = 0
  /** Answers whether the history has what it was given. */
  stored = async () => true

  /** @param records what an earlier connection left, by slot */
  constructor(records = new Map()) {
    this.records = records
    const keys = {
      get: async (type, ids) => Object.fromEntries(ids.map(id => [id, records.get(id) ?? null])),
      set: async data => this.#write(data)
    }
    this.unfinished = new Unfinished(keys, { stored: () => this.stored(), trouble: what => this.troubles.push(what) })
  }

  #write({ [TYPE]: changes }) {
    this.commits++
    for (const [slot, record] of Object.entries(changes)) {
      if (record) this.records.set(slot, record)
      else this.records.delete(slot)
    }
  }

  /** The ids of the messages that are kept. */
  kept() {
    return [...this.records.values()].map(({ id }) => id)
  }

  /** A message comes and is decrypted; gives what is stored with its ratchet. */
  async says(id, message) {
    const ciphertext = Buffer.from(`ciphertext of ${id}`)
    const attrs = { category: 'peer', id, from: '6281200000001@s.whatsapp.net', t: '1700000000' }
    this.unfinished.arrived({ attrs, content: [{ tag: 'enc', content: ciphertext }] })
    const record = await this.unfinished.recordOf(ciphertext, B.encodeWAMessage(message))
    if (record) this.#write(record)
    return record
  }

  sends(id, piece) {
    return this.says(id, { protocolMessage: { historySyncNotification: { syncType: 3, ...piece } } })
  }

  sendsKey(id) {
    return this.says(id, { protocolMessage: { appStateSyncKeyShare: { keys: [{ keyId: { keyId: Buffer.from([1]) } }] } } })
  }

  /** Baileys has done its part of a piece, and its event was handed over under this number. */
  workedOn(piece, number) {
    this.unfinished.said('messaging-history.set', { syncType: 3, ...piece })
    this.unfinished.handedOver('messaging-history.set', number)
  }
}
