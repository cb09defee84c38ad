// A connection on a store, which keeps what it reads until the history has it, and hands over what the one before left.
import { bridge, never } from './bridge.mjs'

const { B } = await bridge('engine.mjs')
const { Kept } = await bridge('kept.mjs')
const { receivedOf } = await bridge('received.mjs')

export const TYPE = 'pawl-received'
const ME = { id: '6281200000001:2@s.whatsapp.net', lid: '11110000000001:2@lid' }

export class Connection {
  received = receivedOf(undefined)
  told = []
  troubles = []
  /** How much text each commit had. */
  commits = []
  /** Whether the history has all that was taken over. */
  isStored = async () => false

  /** What ends the process when it is handed over. */
  deadly

  /** What happens while a commit is on its way. */
  written = () => {}

  constructor(records = new Map()) {
    this.records = records
    const get = async (type, names) => Object.fromEntries(names.map(name => [name, records.get(name) ?? null]))
    const set = async data => {
      this.#write(data)
      await this.written()
    }
    this.kept = new Kept({ get, set }, this.received, { stored: () => this.isStored(), trouble: what => this.troubles.push(what) })
  }

  #write({ [TYPE]: changes }) {
    for (const [name, record] of Object.entries(changes)) {
      if (record) this.records.set(name, record)
      else this.records.delete(name)
    }
    this.commits.push(Object.values(changes).reduce((sum, record) => sum + (record?.plaintext?.length ?? 0), 0))
  }

  /** A message comes and is decrypted; its record is stored. */
  async reads(id, message = { conversation: `text of ${id}` }, plaintext = B.encodeWAMessage(message), part = '', place = {}) {
    const ciphertext = Buffer.from(`ciphertext of ${id}${part}`)
    const attrs = { id, from: '22220000000002@lid', t: '1700000000', type: 'text', ...place }
    await this.kept.load()
    this.kept.arrived({ attrs, content: [{ tag: 'enc', attrs: { type: 'msg', v: '2' }, content: ciphertext }] })
    const record = this.kept.recordOf(ciphertext, this.received.nameOf(ciphertext), plaintext)
    if (record) this.#write(record)
  }

  /** The ids of what is stored, whether it is through or not. */
  stored() {
    return [...this.records].filter(([name]) => name !== 'size').map(([, { attrs }]) => attrs.id).sort()
  }

  /** The next connection, which hands over what this one left. */
  async leaves(isKnown) {
    const next = new Connection(this.records)
    next.deadly = this.deadly
    await next.resumes(isKnown)
    return next
  }

  /** All that waited has come: what an earlier connection left is handed over, in its order. */
  async resumes(isKnown = async () => false) {
    const sock = {
      authState: { creds: { me: ME } },
      signalRepository: { lidMapping: { getPNForLID: async () => null, getLIDForPN: async () => null, storeLIDPNMappings: async () => {} } },
      messageMutex: { mutex: work => work() },
      upsertMessage: async ({ key: { id }, message }, type) => {
        if (id === this.deadly) return never()
        this.told.push({ id, text: message.conversation, type })
      },
      ev: { flush: () => {} }
    }
    await this.kept.resume(sock, isKnown)
  }
}
