// What happens to groups: who comes and goes, who may do what, how they are called. All who are in one are told, on all of their devices.
import { jidEncode } from 'baileys'
import { groupNode } from './queries.mjs'
import { el, now } from './stanza.mjs'

let serial = 0

const addressesOf = ({ pn, lid }) => ({ pn: jidEncode(pn, 's.whatsapp.net'), lid: jidEncode(lid, 'lid') })

const tell = async (server, group, by, accounts, child) => {
  const { pn, lid } = addressesOf(by)
  const attrs = { from: group.jid, type: 'w:gp2', t: now(), participant: lid, participant_pn: pn, addressing_mode: 'lid' }
  const stanza = el('notification', { ...attrs, id: `group-${++serial}` }, [child])
  for (const account of accounts) for (const device of account.devices.values()) await server.routing.deliver(device, stanza)
}

const owner = (server, group) => server.directory.account(group.owner.split('@')[0])

/** Tells everybody in it that it was made. */
export const announce = (server, group) => tell(server, group, owner(server, group), group.members, el('create', {}, [groupNode(group)]))

const participant = account => {
  const { pn, lid } = addressesOf(account)
  return el('participant', { jid: lid, phone_number: pn })
}

const changes = {
  add: (group, accounts) => (group.members = [...new Set([...group.members, ...accounts])]),
  remove: (group, accounts) => (group.members = group.members.filter(member => !accounts.includes(member))),
  promote: (group, accounts) => accounts.forEach(account => group.admins.add(account)),
  demote: (group, accounts) => accounts.forEach(account => group.admins.delete(account)),
  subject: (group, accounts, subject) => (group.subject = subject)
}

/** Somebody changes a group. Who stays when somebody goes makes a new sender key, which who has gone does not get. */
export const change = async (server, group, { what, by, accounts, subject }) => {
  const before = group.members
  changes[what](group, accounts, subject)
  const child = what === 'subject'
    ? el('subject', { subject, s_t: now(), s_o: addressesOf(by).lid })
    : el(what, {}, accounts.map(participant))
  if (what === 'remove') for (const { phone } of group.members) await phone.renewSenderKey(group)
  await tell(server, group, by, new Set([...before, ...group.members]), child)
}
