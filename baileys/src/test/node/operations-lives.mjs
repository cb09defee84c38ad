// What can be asked of the stand-in about clients that die and come back.
import { setTimeout as pause } from 'node:timers/promises'
import { makeSound } from './sound-signal.mjs'
import { Stories } from './stories.mjs'
import { Talk } from './talk.mjs'
import { Watch } from './watch.mjs'

const SECONDS_TO_WAIT = 20
const NOT_WATCHED = { confirmed: new Map(), refused: new Map(), counts: { retriesAsked: 0 } }

const quiet = (server, queue) =>
  new Promise(resolve => {
    const look = () => {
      if (queue.size) return
      server.off('routed', look)
      resolve()
    }
    server.on('routed', look)
    look()
  })

const messagesIn = queue => [...queue.values()].filter(({ tag }) => tag === 'message').length

export const livesOperations = ({ server, person, device }) => {
  let watch
  let talk
  let stories
  return {
    /** From now on every client is looked at, and nobody should want to be paired. */
    watch: () => {
      makeSound()
      watch = new Watch(server)
      stories = new Stories(server)
    },
    talk: ({ names, jids, groups, every, forgetful, seed }) => {
      const everywhere = groups.map(jid => server.directory.groups.get(jid))
      talk = new Talk({ people: names.map(person), devices: jids.map(device), groups: everywhere, every, forgetful, seed })
    },
    pause: () => talk.pause(),
    goOn: () => talk.goOn(),
    hush: () => talk.stop(),
    /** What was said to devices, and when the client confirmed or refused it. */
    said: () => [...talk.said].map(([id, message]) => ({ id, ...message, confirmed: watch.confirmed.get(id) ?? 0, refused: watch.refused.get(id) ?? 0 })),
    /** What became of a message, step by step. */
    story: ({ id }) => stories.of(id),
    /** Which of these messages never came to the server. */
    strayed: ({ ids }) => ids.filter(id => !stories.isKnown(id)),
    verdict: () => ({ violations: watch.violations, ...watch.counts }),
    /** Which messages somebody has read. */
    readIds: ({ name }) => [...new Set(person(name).inbox.map(({ id }) => id))],
    /** Waits until somebody has read all of these messages; says which they have not. */
    awaitRead: async ({ name, ids }) => {
      const left = () => {
        const read = new Set(person(name).inbox.map(({ id }) => id))
        return ids.filter(id => !read.has(id))
      }
      await person(name).until(() => left().length === 0, SECONDS_TO_WAIT * 1000, name).catch(() => {
        const missed = left().map(id => `${id}:\n  ${stories.of(id)}`)
        throw new Error(`${name} has not read ${missed.length}: ${missed.slice(0, 3).join('\n')}`)
      })
    },
    /** Waits so long until the client has taken or refused all that waits for it; gives what it has not, and what it did until now. */
    awaitQuiet: async ({ jid, seconds }) => {
      const { queue } = device(jid)
      await Promise.race([quiet(server, queue), pause(seconds * 1000)])
      const { confirmed, refused, counts } = watch ?? NOT_WATCHED
      return { left: queue.size, messages: messagesIn(queue), confirmed: confirmed.size, refused: refused.size, asked: counts.retriesAsked }
    },
    scanAs: ({ phone, qr }) => server.pairing.scan(person(phone), qr).then(({ id, pnJid, lidJid }) => ({ id, jid: pnJid, lid: lidJid }))
  }
}
