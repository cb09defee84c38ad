// What one message writes: a session, and each tenth the end of a used pre-key and the credentials. Each change is noted once it is acknowledged.

export const message = async (store, creds, id, value, i, note = () => {}) => {
  const tenth = i % 10 === 9
  const used = String(1 + (i - 9) / 10)
  if (store.transaction) {
    await store.transaction(async () => {
      await store.get('session', [id])
      await store.set({ session: { [id]: value } })
      if (tenth) {
        await store.get('pre-key', [used])
        await store.set({ 'pre-key': { [used]: null } })
      }
    }, id)
    note(`S ${id} ${i}`)
    if (tenth) note(`D ${used}`)
  } else {
    await store.set({ session: { [id]: value } })
    note(`S ${id} ${i}`)
    if (tenth) {
      await store.set({ 'pre-key': { [used]: null } })
      note(`D ${used}`)
    }
  }
  if (tenth) {
    await store.save({ ...creds, nextPreKeyId: 813 + i })
    note(`C ${813 + i}`)
  }
}
