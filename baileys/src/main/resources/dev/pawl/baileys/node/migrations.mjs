// Sessions with somebody by their number, as from before they had another name (LID), and what becomes of them under that.
import { B } from './engine.mjs'
import { recordOf } from './renewals.mjs'

/** Baileys does not move the sessions of such a device. */
const HOSTED = 99

/**
 * Whether somebody may have sessions by their number. It is asked for each message that names them both ways, with what the server gives
 * for names: what is none is not asked for in the store.
 */
export const mayMigrate = async (keys, number, lid) => {
  if (!isNumber(number) || !isLid(lid)) return false
  const { user, device = 0 } = B.jidDecode(number)
  if (!user) return false
  const { [user]: devices } = await keys.get('device-list', [user])
  if (!devices) return false
  const sessions = await keys.get('session', [...new Set([...devices.map(Number), device])].map(each => `${user}.${each}`))
  return Object.values(sessions).some(Boolean)
}

/**
 * Moves what there is by their number to where there are sessions under their other name already, which were begun later: Baileys puts
 * the old ones in the place of the new. Here they come beside them, closed, so that what was written on either can be read. To be called
 * in a transaction, before Baileys moves the rest.
 */
export const moveBeside = async (keys, { jidToSignalProtocolAddress: addressOf }, number, lid) => {
  const { user, device = 0 } = B.jidDecode(number)
  const { [user]: devices } = await keys.get('device-list', [user])
  const moves = [...new Set([...(devices ?? []).map(Number), device])].filter(each => each !== HOSTED).map(each => ({
    from: `${user}.${each}`, to: addressOf(B.transferDevice(`${user}:${each}@s.whatsapp.net`, lid))
  }))
  const records = await keys.get('session', moves.flatMap(({ from, to }) => [from, to]))
  const changed = {}
  for (const { from, to } of moves) {
    const earlier = recordOf(records[from])
    const later = recordOf(records[to])
    if (!earlier?.getSessions().length || !later?.getSessions().length) continue
    changed[to] = beside(later, earlier).serialize()
    changed[from] = null
  }
  if (Object.keys(changed).length) await keys.set({ session: changed })
}

/**
 * Moves what a message that came was written on, where nothing is under the name that it is read by: the first of several that tell that
 * name is still busy with moving it when Baileys looks at the next. To be called in the transaction that reads it.
 */
export const moveBefore = async (keys, { jidToSignalProtocolAddress: addressOf, lidMapping }, jid) => {
  if (!B.isLidUser(jid)) return
  const to = addressOf(jid)
  const { [to]: stored } = await keys.get('session', [to])
  const number = !stored && (await lidMapping.getPNForLID(jid))
  if (!number) return
  const { user, device } = B.jidDecode(number)
  const from = `${user}.${device}`
  const { [from]: earlier } = await keys.get('session', [from])
  if (earlier) await keys.set({ session: { [to]: earlier, [from]: null } })
}

const beside = (later, earlier) => {
  const isOpen = later.getOpenSession() !== undefined
  for (const session of earlier.getSessions()) {
    if (later.sessions[session.indexInfo.baseKey.toString('base64')]) continue
    if (isOpen && !later.isClosed(session)) session.indexInfo.closed = Date.now()
    later.setSession(session)
  }
  later.removeOldSessions()
  return later
}

const isNumber = jid => B.isPnUser(jid) || B.isHostedPnUser(jid)
/** Not that of a hosted device, which Baileys would take for where the sessions with all others are moved to: nobody reads them there. */
const isLid = jid => B.isLidUser(jid)
