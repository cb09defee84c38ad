// Answers to the client's <iq>s: "xmlns/type/first child" -> content of the result (or { error }).
import { getBinaryNodeChild, getBinaryNodeChildren, getBinaryNodeChildBuffer, getBinaryNodeChildString, jidDecode, jidEncode, proto } from 'baileys'
import { randomBytes } from 'node:crypto'
import { checkSignedPreKey } from './pairing.mjs'
import { bundleNodes } from './signal-device.mjs'
import { el, now } from './stanza.mjs'

const bytes = (node, tag) => getBinaryNodeChildBuffer(node, tag)
/** A patch says in what is stored of it which version it makes; who uploads one leaves that to the server. */
const versioned = (patch, version) => proto.SyncdPatch.encode({ ...proto.SyncdPatch.decode(patch), version: { version } }).finish()

const keyOf = node => ({ id: bytes(node, 'id'), value: bytes(node, 'value'), signature: bytes(node, 'signature') })

const rankOf = (group, account, jid) => {
  if (jid === group.owner) return { type: 'superadmin' }
  return group.admins.has(account) && { type: 'admin' }
}

export const groupNode = group =>
  el('group', {
    id: group.jid.split('@')[0],
    subject: group.subject,
    s_t: group.created,
    s_o: group.owner,
    creation: group.created,
    creator: group.owner,
    addressing_mode: 'lid'
  }, group.members.map(account => {
    const jid = jidEncode(account.lid, 'lid')
    return el('participant', { jid, phone_number: jidEncode(account.pn, 's.whatsapp.net'), ...rankOf(group, account, jid) })
  }))

export const queries = {
  'w:p/get/ping': () => [],
  'passive/set/active': conn => void conn.server.goLive(conn),
  'passive/set/passive': () => [],

  'encrypt/get/count': ({ device }) => [el('count', { value: String(device.bundle.keys.length) })],
  'encrypt/get/digest': ({ device: { bundle } }) => [
    el('digest', {}, [
      el('registration', {}, bundle.registration),
      el('type', {}, Buffer.from([5])),
      el('identity', {}, bundle.identity),
      el('skey', {}, [el('id', {}, bundle.skey.id)]),
      el('list', {}, bundle.keys.map(key => el('id', {}, key.id))),
      el('hash', {}, randomBytes(20)) // the client does not check it
    ])
  ],
  'encrypt/set/registration': ({ device }, iq) => {
    const skey = keyOf(getBinaryNodeChild(iq, 'skey'))
    checkSignedPreKey(bytes(iq, 'identity'), skey.value, skey.signature)
    const keys = getBinaryNodeChildren(getBinaryNodeChild(iq, 'list'), 'key').map(keyOf)
    device.bundle = {
      registration: bytes(iq, 'registration'),
      identity: bytes(iq, 'identity'),
      skey,
      keys: [...device.bundle.keys, ...keys]
    }
    return []
  },
  'encrypt/set/rotate': ({ device }, iq) => {
    const skey = keyOf(getBinaryNodeChild(getBinaryNodeChild(iq, 'rotate'), 'skey'))
    checkSignedPreKey(device.bundle.identity, skey.value, skey.signature)
    device.bundle.skey = skey
    return []
  },
  'encrypt/get/key': ({ server }, iq) => [
    el('list', {}, getBinaryNodeChildren(getBinaryNodeChild(iq, 'key'), 'user').map(({ attrs: { jid } }) => {
      const device = server.directory.device(jid)
      if (!device) return el('user', { jid }, [el('error', { code: '404', text: 'item-not-found' })])
      return el('user', { jid }, bundleNodes(device.bundle, device.bundle.keys.shift()))
    }))
  ],

  'usync/get/usync': ({ server }, iq) => {
    const usync = getBinaryNodeChild(iq, 'usync')
    const asked = getBinaryNodeChild(usync, 'query').content.map(node => node.tag)
    const users = getBinaryNodeChildren(getBinaryNodeChild(usync, 'list'), 'user').map(user => {
      const phone = getBinaryNodeChildString(user, 'contact')
      const account = server.directory.account(phone ? phone.replace(/\D/g, '') : jidDecode(user.attrs.jid).user)
      const jid = user.attrs.jid ?? (account ? jidEncode(account.pn, 's.whatsapp.net') : jidEncode(phone.replace(/\D/g, ''), 's.whatsapp.net'))
      const answers = {
        contact: () => el('contact', { type: account ? 'in' : 'out' }, phone && Buffer.from(phone)),
        lid: () => account && el('lid', { val: jidEncode(account.lid, 'lid') }),
        devices: () => account && el('devices', {}, [
          el('device-list', { hash: '2:standin' }, [...account.devices.values()].map(device =>
            el('device', { id: String(device.id), ...(device.id && { 'key-index': String(device.keyIndex) }) })))
        ]),
        status: () => el('status', { t: now() }, Buffer.from('')),
        disappearing_mode: () => el('disappearing_mode', { duration: '0', t: '0' })
      }
      return el('user', { jid }, asked.map(tag => answers[tag]?.()).filter(Boolean))
    })
    return [el('usync', { context: usync.attrs.context, mode: usync.attrs.mode, sid: usync.attrs.sid, last: 'true', index: '0' }, [
      el('result', {}, asked.map(tag => el(tag))),
      el('list', {}, users)
    ])]
  },

  'abt/get/props': () => [el('props', { protocol: '1', hash: 'standin', refresh: '86400' }, [el('prop', { config_code: '10518', config_value: '1' })])],
  'blocklist/get/': () => [el('list', { dhash: 'none' }, [])],
  'privacy/get/privacy': () => [
    el('privacy', {}, ['last', 'online', 'profile', 'status', 'groupadd', 'calladd', 'readreceipts'].map(name => el('category', { name, value: 'all' })))
  ],
  'privacy/set/privacy': () => [],
  'privacy/set/tokens': () => [],
  'urn:xmpp:whatsapp:dirty/set/clean': () => [],
  'status/set/status': () => [],
  'w:m/set/media_conn': ({ server: { media } }) => [
    el('media_conn', { auth: media.connection.auth, ttl: '3600', auth_ttl: '3600', max_buckets: '1' }, [el('host', { hostname: media.connection.hostname })])
  ],
  'w:profile:picture/get/picture': () => ({ error: ['404', 'item-not-found'] }),

  'w:sync:app:state/set/sync': ({ device: { account } }, iq) => [
    el('sync', {}, getBinaryNodeChildren(getBinaryNodeChild(iq, 'sync'), 'collection').map(node => {
      const { name, version } = node.attrs
      const collection = account.collection(name)
      const upload = bytes(node, 'patch')
      if (upload) {
        if (+version !== collection.patches.length) return el('collection', { name, type: 'error' }, [el('error', { code: '409', text: 'conflict' })])
        collection.patches.push(versioned(upload, collection.patches.length + 1))
        return el('collection', { name, version: String(collection.patches.length) })
      }
      collection.asked.push(+version)
      const patches = collection.patches.slice(+version).map(patch => el('patch', {}, patch))
      return el('collection', { name, version: String(collection.patches.length), has_more_patches: 'false' },
        patches.length ? [el('patches', {}, patches)] : undefined)
    }))
  ],

  'w:g2/get/query': ({ server }, iq) => {
    const group = server.directory.groups.get(iq.attrs.to)
    return group ? [groupNode(group)] : { error: ['404', 'item-not-found'] }
  },
  'w:g2/get/participating': ({ server, device }) => [
    el('groups', {}, [...server.directory.groups.values()].filter(group => group.members.includes(device.account)).map(groupNode))
  ],
  'w:g2/set/create': ({ server, device }, iq) => {
    const create = getBinaryNodeChild(iq, 'create')
    const members = getBinaryNodeChildren(create, 'participant').map(({ attrs }) => server.directory.account(jidDecode(attrs.jid).user).pn)
    return [groupNode(server.directory.addGroup({ subject: create.attrs.subject, owner: device.account.pn, members }))]
  },

  'md/set/remove-companion-device': conn => {
    setImmediate(() => conn.server.unpair(conn.device))
    return []
  },
  'md/set/link_code_companion_reg': (conn, iq) => conn.server.pairing.link(conn, getBinaryNodeChild(iq, 'link_code_companion_reg'))
}
