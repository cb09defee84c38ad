// The ways in which a server ends a connection, and what it may do instead of letting a client log in.
import { el } from './stanza.mjs'

/** Frames that no key of this connection made. */
const MALFORMED = Buffer.from([0, 0, 20, ...Buffer.alloc(20)])

export const closes = {
  'stream-error': (connection, { code }) => connection.streamError(code),
  replaced: connection => connection.streamError(undefined, el('conflict', { type: 'replaced' })),
  'device-removed': connection => connection.streamError('401', el('conflict', { type: 'device_removed' })),
  'not-well-formed': connection => connection.streamError(undefined, el('xml-not-well-formed')),
  ack: connection => connection.streamError(undefined, el('ack', { id: '1' })),
  empty: connection => connection.streamError(),
  'stream-end': connection => connection.send(el('xmlstreamend')),
  downgrade: connection => connection.send(el('ib', {}, [el('downgrade_webclient')])),
  websocket: (connection, { code }) => connection.ws.close(code),
  reset: connection => connection.ws.terminate(),
  'malformed-frame': connection => connection.ws.send(MALFORMED),
  /** The head of a frame of 16 MiB, of which no more comes. */
  'endless-frame': connection => connection.ws.send(Buffer.from([255, 255, 255, 1])),
  /** A frame in text, which no client expects. */
  text: (connection, { code }) => connection.ws.send('x'.repeat(code)),
  'short-frame': connection => connection.ws.send(Buffer.from([0, 0, 2, 1, 2]))
}

/** Each returns true: the login has been dealt with. */
export const logins = {
  failure: (connection, { reason }) => (connection.failure(reason), true),
  silence: () => true,
  'stream-error': (connection, { code }) => (connection.streamError(code), true)
}
