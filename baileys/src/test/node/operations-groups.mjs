// What can be asked of the stand-in about groups beside their making and what is said in them.
import { addressesOf, announce, change } from './groups.mjs'
import { el, now } from './stanza.mjs'

export const groupOperations = ({ server, person, device }) => {
  const accountOf = name => server.directory.account(person(name).pn)
  const groupOf = jid => server.directory.groups.get(jid)
  return {
    /** Tells everybody in it that it was made. */
    announceGroup: ({ group }) => announce(server, groupOf(group)),
    changeGroup: ({ group, what, by, members = [], subject }) =>
      change(server, groupOf(group), { what, by: accountOf(by), accounts: members.map(accountOf), subject }),
    /** Who is in it, by LID. */
    membersOf: ({ group }) => groupOf(group).members.map(account => addressesOf(account).lid),
    /** The server says that what the client knows of its groups is old: it asks for all of them. */
    groupsAreOld: ({ jid }) => {
      const { connection } = device(jid)
      connection.send(el('ib', { from: '@s.whatsapp.net' }, [el('dirty', { type: 'groups', timestamp: now() })]))
    }
  }
}
