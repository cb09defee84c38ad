// Work with one peer of one account, one piece after the other. libsignal has one queue for a peer whatever the account, so that accounts
// that know the same people wait for each other, and keeps all that is through in it until nothing waits any more: under load that is
// never, and with fifty accounts it was a gigabyte.

/** By the account's storage, the end of what waits for each peer. */
const accounts = new WeakMap()

/** Does `job` when all that came before it for the same peer of the same account is through, in the context of the caller. */
export const inTurn = (account, peer, job) => {
  if (!accounts.has(account)) accounts.set(account, new Map())
  const ends = accounts.get(account)
  const mine = (ends.get(peer) ?? Promise.resolve()).then(job)
  // Without the result, which would be kept for as long as somebody waits.
  const end = mine.then(() => {}, () => {}).then(() => void (ends.get(peer) === end && ends.delete(peer)))
  ends.set(peer, end)
  return mine
}
