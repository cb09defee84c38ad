// Measures how long operations on stores of keys take, as Baileys sees them from where they are asked to where they are answered.
// Preloaded into the bridge it measures ours, and the questions to the JVM behind them; `plain.mjs` has its own store measured by it.
// With TIMES=file the milliseconds of each are in that file, as of less than half a second ago.
import { writeFileSync } from 'node:fs'
import { pathToFileURL } from 'node:url'

const all = {}

/** Has these methods of an object measured, each under the name that `label` gives for it and its arguments. */
export const timed = (target, methods, label = method => method) => {
  for (const method of methods) {
    const original = target[method]
    target[method] = function (...args) {
      const begin = performance.now()
      const answer = original.apply(this, args)
      const done = () => (all[label(method, args)] ??= []).push(performance.now() - begin)
      answer.then(done, done)
      return answer
    }
  }
}

if (process.env.TIMES) {
  const write = () => writeFileSync(process.env.TIMES, JSON.stringify(all))
  setInterval(write, 400).unref()
  process.on('exit', write)
  if (process.argv[1]?.endsWith('bridge.mjs')) {
    const part = name => import(new URL(name, pathToFileURL(process.argv[1])))
    const { Channel } = await part('channel.mjs')
    const { HostKeys } = await part('keys.mjs')
    timed(HostKeys.prototype, ['get'])
    timed(Channel.prototype, ['ask'], (method, [, question]) => `asked: ${question}`)
  }
}
