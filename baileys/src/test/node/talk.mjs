// People who go on writing to devices and in groups, whatever becomes of them, until they are told to stop.
import { setTimeout as pause } from 'node:timers/promises'

/** A stream of chances that is the same for the same seed (mulberry32). */
const chances = seed => () => {
  seed = (seed + 0x6d2b79f5) | 0
  let t = Math.imul(seed ^ (seed >>> 15), 1 | seed)
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
  return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
}

const EVERY_GROUP = 4

/** No two say the same, also of several talks one after the other. */
let serial = 0

const privately = async (person, device, conversation, isForgetful) => {
  if (isForgetful) await person.forget(device.lidJid)
  return person.send(device.account.pn, { conversation }, { toDevice: device.id })
}

const inGroup = async (person, group, conversation, isForgetful) => {
  if (isForgetful) await person.renewSenderKey(group)
  return person.sendGroup(group, { conversation })
}

export class Talk {
  /** Every message: id -> what it says, to which device or in which group, when. */
  said = new Map()
  #on = true
  #gate
  #goOn = () => {}
  #over

  /**
   * @param people who write, in turns left to chance
   * @param devices whom they write to
   * @param every the mean pause between two messages, in milliseconds
   * @param groups in which everybody is, people and devices; every fourth message is in one
   * @param forgetful how likely it is that somebody forgets the session before writing, and begins a new one with a pre-key; in a group they
   *   begin with a new key, which all members get
   */
  constructor({ people, devices, every, groups = [], forgetful = 0, seed = 1 }) {
    const chance = chances(seed)
    const pick = all => all[Math.floor(chance() * all.length)]
    this.#over = (async () => {
      while (this.#on) {
        await this.#gate
        const n = ++serial
        const device = pick(devices)
        const person = pick(people)
        const isForgetful = chance() < forgetful
        const group = groups.length && n % EVERY_GROUP === 0 ? pick(groups) : undefined
        const to = group?.jid ?? device.pnJid
        const text = `said ${n} to ${to}`
        const at = Date.now()
        const id = await (group ? inGroup(person, group, text, isForgetful) : privately(person, device, text, isForgetful))
        this.said.set(id, { text, to, at })
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
