// node recent-check.mjs …/recent.mjs
//
// Compares what the bridge remembers of records with a store that it writes to: reads take their time and overlap with writes, texts
// are of all sizes. What is remembered is always what was written last. Says how often something was remembered.
import assert from 'node:assert'
import { pathToFileURL } from 'node:url'

const { Recent } = await import(pathToFileURL(process.argv[2]))

// A small generator of its own, so that a failure can be seen again.
let state = 20261122
const below = n => ((state = (state * 1103515245 + 12345) % 2147483648) >>> 8) % n

const NAMES = Array.from({ length: 400 }, (_, i) => `session\n${i}`)
const recent = new Recent()
const stored = new Map()
const under = []
let known = 0
let largest = 0

for (let step = 0; step < 200_000; step++) {
  const name = NAMES[below(below(4) ? 40 : NAMES.length)]
  switch (below(5)) {
    case 0: {
      const text = below(10) ? `"${step}${'x'.repeat(below(6000))}"` : below(50) ? 'null' : `"${step}${'x'.repeat(200_000)}"`
      stored.set(name, text)
      recent.written(name, text)
      break
    }
    case 1: {
      // The store answers with what it has now, and the answer comes later.
      const names = [name, NAMES[below(NAMES.length)]]
      under.push({ read: recent.reading(names), answers: names.map(each => [each, stored.get(each) ?? 'null']), fails: !below(8) })
      break
    }
    case 2: {
      if (!under.length) break
      const [{ read, answers, fails }] = under.splice(below(under.length), 1)
      if (!fails) for (const [each, text] of answers) read.found(each, text)
      read.over()
      break
    }
    default: {
      const text = recent.get(name)
      if (text === undefined) break
      known++
      assert.equal(text, stored.get(name) ?? 'null', `what is remembered of ${name} after ${step} steps`)
    }
  }
  if (step % 1000 === 0) {
    const size = NAMES.reduce((sum, each) => sum + (recent.get(each)?.length ?? 0), 0)
    largest = Math.max(largest, size)
  }
}
assert.ok(largest <= 1024 * 1024, `remembers ${largest} bytes`)
assert.ok(largest > 256 * 1024, `remembers only ${largest} bytes`)
console.log(known)
