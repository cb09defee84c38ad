// Who the server knows: accounts by phone number and by LID, the devices linked to each, and groups.
import { jidDecode, jidEncode } from 'baileys'
import { Queue } from './queue.mjs'
import { now } from './stanza.mjs'

/** One person: the phone (or a peer that stands for it) is device 0. */
export class Account {
  devices = new Map()
  #collections = new Map()

  constructor(phone) {
    this.phone = phone
    this.pn = phone.pn
    this.lid = phone.lid
  }

  /** A collection of the synchronised state; its version is the number of its patches. */
  collection(name) {
    if (!this.#collections.has(name)) this.#collections.set(name, { name, patches: [], seen: 0, asked: [], actions: new Map() })
    return this.#collections.get(name)
  }
}

/** A device. `actor` (simulated) or `connection` (a real client) receives; else what comes for it waits in `queue`. */
export class Device {
  queue = new Queue()

  constructor(account, id, fields) {
    Object.assign(this, { account, id, keyIndex: id, ...fields })
    this.pnJid = jidEncode(account.pn, 's.whatsapp.net', id)
    this.lidJid = jidEncode(account.lid, 'lid', id)
  }
}

export class Directory {
  accounts = new Map()
  groups = new Map()

  add(account) {
    this.accounts.set(account.pn, account).set(account.lid, account)
  }

  account(user) {
    return this.accounts.get(user)
  }

  device(jid) {
    const { user, device = 0 } = jidDecode(jid)
    return this.accounts.get(user)?.devices.get(device)
  }

  addGroup({ subject, owner, members }) {
    const jid = `1203630${Date.now()}${this.groups.size}@g.us`
    const everybody = [...new Set([owner, ...members])].map(user => this.account(user))
    const group = { jid, subject, members: everybody, created: now(), owner: jidEncode(this.account(owner).lid, 'lid'), admins: new Set() }
    this.groups.set(jid, group)
    return group
  }
}
