// The credentials of a session: one object that Baileys changes in place, of which changed members go to the JVM.
import { json } from './engine.mjs'
import { Text } from './channel.mjs'

/** How long a change waits for a commit of keys to ride on. */
const RIDE_MILLIS = 50

export class Credentials {
  #stored = new Map()
  #dirty = false
  #timer
  #saving = Promise.resolve()

  /** @param save commits what `take` gives, alone or with keys */
  constructor(creds, save) {
    this.creds = creds
    this.save = save
    for (const [name, value] of Object.entries(creds)) this.#stored.set(name, json.text(value))
  }

  /** Something in them was changed. */
  changed() {
    if (this.#dirty) return
    this.#dirty = true
    // A commit that fails ends the link, which says why; here and below nobody has to say it again.
    this.#timer = setTimeout(() => this.flush().catch(() => {}), RIDE_MILLIS)
  }

  get dirty() {
    return this.#dirty
  }

  /** The members that changed since they were last taken, for a commit that is about to be sent; undefined when none did. */
  take() {
    if (!this.#dirty) return undefined
    this.#dirty = false
    clearTimeout(this.#timer)
    const parts = []
    for (const [name, value] of Object.entries(this.creds)) {
      const text = json.text(value)
      if (text === undefined || text === this.#stored.get(name)) continue
      this.#stored.set(name, text)
      parts.push(`${JSON.stringify(name)}:${text}`)
    }
    return parts.length ? new Text(`{${parts.join(',')}}`) : undefined
  }

  /** Notes the commit that carries what was taken, so that `flush` waits for it. */
  carriedBy(commit) {
    // Without the results: each array of them would hold the one before it, for as long as the link lasts.
    this.#saving = Promise.all([this.#saving, commit]).then(() => {})
    this.#saving.catch(() => {})
  }

  /** Resolves when everything that was changed until now is durable. */
  async flush() {
    if (this.#dirty) this.save()
    await this.#saving
  }

  close() {
    clearTimeout(this.#timer)
  }
}
