// node --import …/slow-reads.mjs …/bridge.mjs: what the bridge reads from the JVM takes some milliseconds, as from a database far away.
import { setTimeout as pause } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'

const MILLIS = 2

if (process.argv[1]?.endsWith('bridge.mjs')) {
  const { Channel } = await import(new URL('channel.mjs', pathToFileURL(process.argv[1])))
  const { ask } = Channel.prototype
  Channel.prototype.ask = async function (link, question, ...rest) {
    if (question === 'read') await pause(MILLIS)
    return ask.call(this, link, question, ...rest)
  }
}
