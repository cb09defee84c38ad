// Mends of what surrounds the socket: each puts itself around something of the WebSocket of one connection.
import { AsyncResource } from 'node:async_hooks'
import { boom } from './engine.mjs'
import { complain } from './quiet.mjs'

/** For how long the server's part in closing the connection is waited for: on a dead network it never comes. */
export const GOODBYE_MILLIS = 1000

const isAnswer = name => String(name).startsWith('TAG:')

const UNANSWERED = { tag: 'iq', attrs: { type: 'error' }, content: [{ tag: 'error', attrs: { code: '408', text: 'the server did not answer' } }] }

/**
 * What the socket says is heard outside of every transaction. Frames come off the socket in whatever was going on when it went on
 * reading, also in a transaction that is over: whoever begins another inside of it waits for no lock, and reads sessions as they were.
 */
export const hearOutside = ws => {
  ws.emit = AsyncResource.bind(ws.emit.bind(ws))
}

/**
 * Whoever waits for an answer of the server listens to the tag of the question for as long. When none came, Baileys goes on with
 * nothing in its place: a message whose recipients it asked for leaves for nobody, and counts as sent. A moment before that the
 * question gets an error for an answer.
 *
 * @param longestMs how long Baileys waits, unless who asks has more patience; undefined where nobody answers in the server's place
 */
export const watchQuestions = (sock, { pressure, longestMs }) => {
  const { ws, query } = sock
  const timers = new Map()
  const patience = new Map()
  const { on, off } = ws
  sock.query = (node, timeoutMs) => {
    if (!(timeoutMs > longestMs)) return query(node, timeoutMs)
    node.attrs.id ||= sock.generateMessageTag()
    const tag = `TAG:${node.attrs.id}`
    patience.set(tag, timeoutMs)
    return query(node, timeoutMs).finally(() => patience.delete(tag))
  }
  ws.on = (name, listener) => {
    if (isAnswer(name)) {
      pressure.expect(1)
      if (longestMs) timers.set(listener, setTimeout(listener, (patience.get(name) ?? longestMs) * 0.98, UNANSWERED))
    }
    return on.call(ws, name, listener)
  }
  ws.off = (name, listener) => {
    if (isAnswer(name)) {
      pressure.expect(-1)
      clearTimeout(timers.get(listener))
      timers.delete(listener)
    }
    return off.call(ws, name, listener)
  }
}

/** Nothing is worked on once the connection is being closed, and the other side is not waited for long. */
export const closeSoon = (ws, { keys, pressure }) => {
  const close = ws.close.bind(ws)
  ws.close = () => {
    keys.freeze()
    pressure.release()
    const { socket } = ws
    const timer = setTimeout(() => socket?.terminate(), GOODBYE_MILLIS)
    return close().finally(() => clearTimeout(timer))
  }
  ws.on('close', () => keys.freeze())
}

/** An upgrade that is answered with something else ends the connection. */
export const heedRefusedUpgrades = (ws, end) =>
  ws.on('unexpected-response', (request, { statusCode }) => {
    request.destroy()
    end(boom(`The server answered the upgrade with ${statusCode}`, 408))
  })

/** Puts something around each listener that there is. */
export const surround = (ws, event, around) => {
  for (const listener of ws.listeners(event)) {
    ws.off(event, listener)
    ws.on(event, around(listener))
  }
}

/**
 * Reads what came in one message of the WebSocket when that of the one before has been read. A frame that is compressed takes a moment
 * longer, in which Baileys reads on: what came later is then told first.
 */
export const oneAfterTheOther = listener => {
  let last = Promise.resolve()
  return data => {
    const mine = last.then(() => listener(data))
    last = mine.catch(() => {})
    return mine.then(() => {}) // fails on its own: that the next goes on is no answer to a failure
  }
}

/** A frame that cannot be read ends this connection. Baileys lets it end the process, and all other sessions with it. */
export const endedByMalformed = end => listener => async (data, isBinary) => {
  try {
    // Text would be taken for the beginning of a frame of some megabytes, and what follows for its rest.
    if (isBinary === false) throw new Error('it is text')
    await listener(data)
  } catch (error) {
    complain('warn', `a frame could not be read: ${error.message}`)
    end(boom('Malformed frame', 428))
  }
}

/**
 * No frame leaves before the credentials that changed until then are durable: that we are paired, or which pre-keys we announce,
 * is not told to the server by somebody who may forget it.
 */
export const sendAfterCredentials = (socket, credentials) => {
  const send = socket.send.bind(socket)
  let tail
  socket.send = (data, callback) => {
    if (!tail && !credentials.dirty) return send(data, callback)
    const turn = (tail ?? Promise.resolve()).then(() => credentials.flush())
    const mine = turn.then(() => send(data, callback), callback).finally(() => {
      if (tail === mine) tail = undefined
    })
    tail = mine
  }
}
