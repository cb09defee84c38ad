// Answers one line per request line: an operation and base64 arguments, separated by blanks.
// What it says is what this JavaScript engine really does; nothing here imitates it.
const readline = require('node:readline')

const utf8 = text => Buffer.from(text, 'base64').toString('utf8')
const utf16 = text => Buffer.from(text, 'base64').toString('utf16le')
const answer = text => Buffer.from(text, 'utf8').toString('base64')

let document
const define = (name, value) =>
  Object.defineProperty(document, name, { value, writable: true, enumerable: true, configurable: true })

const operations = {
  // a text given as UTF-8 or as UTF-16 units: what it becomes, or "refused"
  parse: text => reparse(utf8(text)),
  parse16: text => reparse(utf16(text)),
  // a double given by its eight bytes
  number: bytes => answer(JSON.stringify(Buffer.from(bytes, 'base64').readDoubleBE(0))),
  // a value made up from a seed
  random: seed => answer(JSON.stringify(randomValue(generator(Number(utf8(seed))), 0))),
  // a string given as UTF-16 units
  stringify16: text => answer(JSON.stringify(utf16(text))),
  base64: text => Buffer.from(utf16(text), 'base64').toString('base64'),
  startsWithInteger: text => answer(String(!Number.isNaN(parseInt(utf16(text), 10)))),
  byte: number => Buffer.from([JSON.parse(utf8(number))]).toString('base64'),
  // one object that is changed step by step; defining keeps __proto__ an ordinary member
  open: text => { document = JSON.parse(utf8(text)); return answer(JSON.stringify(document)) },
  set: (name, value) => { define(utf16(name), JSON.parse(utf8(value))); return answer(JSON.stringify(document)) },
  remove: name => { delete document[utf16(name)]; return answer(JSON.stringify(document)) },
}

function reparse(text) {
  let value
  try {
    value = JSON.parse(text)
  } catch (error) {
    return 'refused'
  }
  return answer(JSON.stringify(value))
}

function generator(seed) {
  let state = seed | 0
  return limit => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) % limit
  }
}

const characters = ['a', 'Z', '0', '/', '"', '\\', '\b', '\t', '\n', '\f', '\r', '\0', '\x01', '\x1f', '\x7f', '\x80', 'é', '\u07ff',
  '\u0800', '\u2028', '\u2029', '\ud7ff', '\ud800', '\udbff', '\udc00', '\udfff', '\ue000', '\ufeff', '\uffff', '😀', '\u{10ffff}', '?', ' ']
const names = ['0', '1', '7', '10', '42', '4294967294', '4294967295', '01', '-1', '1.5', '', '__proto__', 'toString', 'type', 'data', 'key']

function randomString(next) {
  let text = ''
  for (let left = next(8) === 0 ? next(200) : next(12); left > 0; left--) {
    text += next(3) === 0 ? characters[next(characters.length)] : String.fromCharCode(32 + next(95))
  }
  return text
}

function randomNumber(next) {
  switch (next(5)) {
    case 0: return next(300)
    case 1: return next(2 ** 31) * next(2 ** 22) * (next(2) ? 1 : -1)
    case 2: return (next(2 ** 31) - 2 ** 30) / 10 ** next(12)
    case 3: return next(1000) * 10 ** (next(60) - 30)
    default: {
      const bytes = Buffer.alloc(8)
      bytes.writeUInt32BE(next(2 ** 32), 0)
      bytes.writeUInt32BE(next(2 ** 32), 4)
      return bytes.readDoubleBE(0)
    }
  }
}

function randomValue(next, depth) {
  const kind = next(depth > 5 ? 5 : 8)
  if (kind === 0) return null
  if (kind === 1) return next(2) === 0
  if (kind <= 2) return randomNumber(next)
  if (kind <= 4) return randomString(next)
  const size = next(40) === 0 ? 30 + next(60) : next(7)
  if (kind === 5) return Array.from({ length: size }, () => randomValue(next, depth + 1))
  const value = {}
  for (let i = 0; i < size; i++) {
    const name = next(2) ? names[next(names.length)] : randomString(next)
    Object.defineProperty(value, name, { value: randomValue(next, depth + 1), writable: true, enumerable: true, configurable: true })
  }
  return value
}

readline.createInterface({ input: process.stdin }).on('line', line => {
  const [operation, ...parameters] = line.split(' ')
  process.stdout.write(operations[operation](...parameters) + '\n')
})
