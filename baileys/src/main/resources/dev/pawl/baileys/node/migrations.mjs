// Sessions with somebody by their number, as from before they had another name (LID), and what becomes of them under that.
import { B } from './engine.mjs'

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
  const sessions = await keys.get('session', [...new Set([...devices, device])].map(each => `${user}.${each}`))
  return Object.values(sessions).some(Boolean)
}

const isNumber = jid => B.isPnUser(jid) || B.isHostedPnUser(jid)
const isLid = jid => B.isLidUser(jid) || B.isHostedLidUser(jid)
