// Sets of operations as one.

/** All that these have; refuses two of one name, of which one would never be called. */
export const together = (...sets) => {
  const all = {}
  for (const set of sets) {
    for (const [name, operation] of Object.entries(set)) {
      if (Object.hasOwn(all, name)) throw new Error(`two operations are called ${name}`)
      all[name] = operation
    }
  }
  return all
}
