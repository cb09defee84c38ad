// node --import …/slow-send.mjs: whoever sends a large frame is told that it has left only when this process gets SIGUSR2, as on a network
// that takes its time.
import WebSocket from 'ws'

const LARGE = 100 * 1024
const held = []
let isQuick = false
const send = WebSocket.prototype.send

WebSocket.prototype.send = function (data, ...rest) {
  const callback = rest.pop()
  if (data.length < LARGE || typeof callback !== 'function') return send.call(this, data, ...rest, callback)
  return send.call(this, data, ...rest, error => (isQuick ? callback(error) : held.push(() => callback(error))))
}

process.on('SIGUSR2', () => {
  isQuick = true
  held.splice(0).forEach(tell => tell())
})
