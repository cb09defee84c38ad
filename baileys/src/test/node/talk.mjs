// People who go on writing to a device, whatever becomes of it, until they are told to stop.
import { setTimeout as pause } from 'node:timers/promises'

/** A stream of chances that is the same for the same seed (mulberry32). */
const chances = seed => () => {
  seed = (seed + 0x6d2b79f5) | 0
  let t = Math.imul(seed ^ (seed >>> 15), 1 | seed)
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
  return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
}

export class Talk {
  /** Every message: id -> what it says, to which device, when. */
  said = new Map()
  #on = true
  #gate
  #goOn = () => {}
  #over

  /**
   * @param people who write, in turns left to chance
   * @param devices whom they write to
   * @param every the mean pause between two messages, in milliseconds
   * @param forgetful how likely it is that somebody forgets the session before writing, and begins a new one with a pre-key
   */
  constructor({ people, devices, every, forgetful = 0, seed = 1 }) {
    const chance = chances(seed)
    const pick = all => all[Math.floor(chance() * all.length)]
    this.#over = (async () => {
      for (let n = 1; this.#on; n++) {
        await this.#gate
        const device = pick(devices)
        const person = pick(people)
        if (chance() < forgetful) await person.forget(device.lidJid)
        const text = `said ${n} to ${device.pnJid}`
        const at = Date.now()
        const id = await person.send(device.account.pn, { conversation: text }, { toDevice: device.id })
        this.said.set(id, { text, to: device.pnJid, at })
        await pause(2 * every * chance())
      }
    })()
  }

  /** Nobody writes until they go on. */
  pause() {
    this.#gate = new Promise(resolve => (this.#goOn = resolve))
  }

  goOn() {
    this.#goOn()
  }

  async stop() {
    this.#on = false
    this.goOn()
    await this.#over
  }
}
