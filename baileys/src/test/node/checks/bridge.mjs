// The bridge under test, and what its checks have in common.
import { dirname, join } from 'node:path'
import { setImmediate as turn } from 'node:timers/promises'
import { fileURLToPath, pathToFileURL } from 'node:url'

process.env.PAWL_PACKAGES = dirname(dirname(fileURLToPath(import.meta.url)))
const directory = process.argv[2]

/** A module of the bridge. */
export const bridge = name => import(pathToFileURL(join(directory, name)))

/** Lets everything run that waits for nothing but its turn. */
export const idle = async () => {
  for (let i = 0; i < 10; i++) await turn()
}

/** What became of a promise: its value, its error, or nothing yet. */
export const outcome = async promise => {
  let found = { pending: true }
  promise.then(value => (found = { value }), error => (found = { error }))
  await idle()
  return found
}

export const never = () => new Promise(() => {})
