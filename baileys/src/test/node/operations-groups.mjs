// What can be asked of the stand-in about groups beside their making and what is said in them.
import { announce, change } from './groups.mjs'
import { el, now } from './stanza.mjs'

export const groupOperations = ({ server, person, device }) => {
  const accountOf = name => server.directory.account(person(name).pn)
  const groupOf = jid => server.directory.groups.get(jid)
  return {
    /** Tells everybody in it that it was made. */
    announceGroup: ({ group }) => announce(server, groupOf(group)),
    changeGroup: ({ group, what, by, members = [], subject }) =>
      change(server, groupOf(group), { what, by: accountOf(by), accounts: members.map(accountOf), subject }),
    /** Somebody writes in it, and what a device gets is damaged. */
    sendGroupBroken: ({ peer, group, jid, text: conversation }) => {
      const mangle = (to, bytes) => (to === device(jid) ? Buffer.concat([bytes.subarray(0, -1), Buffer.from([bytes.at(-1) ^ 1])]) : bytes)
      return person(peer).sendGroup(groupOf(group), { conversation }, { mangle })
    },
    /** Somebody loses the sender key of a device. */
    forgetGroupKey: ({ name, group, jid }) => person(name).forgetSenderKey(groupOf(group), device(jid)),
    /** The server says that what the client knows of its groups is old: it asks for all of them. */
    groupsAreOld: ({ jid }) => {
      const { connection } = device(jid)
      connection.send(el('ib', { from: '@s.whatsapp.net' }, [el('dirty', { type: 'groups', timestamp: now() })]))
    }
  }
}
