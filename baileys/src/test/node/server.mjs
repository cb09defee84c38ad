// A stand-in for the WhatsApp server: one WebSocket endpoint on 127.0.0.1 with accounts, devices, routing and offline queues.
import { S_WHATSAPP_NET } from 'baileys'
import { EventEmitter, once } from 'node:events'
import { createServer } from 'node:http'
import { WebSocketServer } from 'ws'
import { Account, Device, Directory } from './accounts.mjs'
import { makeCertificates } from './certs.mjs'
import { Connection } from './connection.mjs'
import { MediaHost } from './media.mjs'
import { Pairing } from './pairing.mjs'
import { Phone } from './phone.mjs'
import { Routing } from './routing.mjs'
import { SignalDevice } from './signal-device.mjs'
import { el, now } from './stanza.mjs'
import { Wire } from './wire.mjs'

export class StandIn extends EventEmitter {
  directory = new Directory()
  connections = new Set()
  /** What came that nobody here knows, and what failed: that it is empty says that the stand-in is complete for a test. */
  surprises = []
  /** Set to [] to record every stanza. */
  log = undefined
  /** The phone shares app-state key and history with a companion's first session. */
  autoBootstrap = true
  /** Nothing that comes in is looked at: a server that has gone silent. */
  deaf = false
  /** Answers an upgrade with this status instead of a WebSocket. */
  upgradeStatus = undefined
  /** Never says that what was missed is over. */
  endlessOffline = false
  wire = new Wire(this)
  /** For how many milliseconds a client waits for its WebSocket, as one does whose server is not on the same machine. */
  distance = 0
  /** Answers a login in some other way; returns true when it did. */
  onLogin = undefined
  /** Sent as edge routing; comes back before the prologue of the next connection. */
  routingInfo = Buffer.from([8, 2, 8, 5])

  static async start(options = {}) {
    const server = new StandIn()
    server.certificates = options.certificates ?? makeCertificates()
    server.pairing = new Pairing(server)
    server.routing = new Routing(server)
    server.http = createServer()
    server.media = new MediaHost(server.http)
    server.wss = new WebSocketServer({ noServer: true, perMessageDeflate: false })
    server.http.on('upgrade', (request, socket, head) => server.#upgrade(request, socket, head))
    server.http.listen(0, '127.0.0.1')
    await once(server.http, 'listening')
    server.url = `ws://127.0.0.1:${server.http.address().port}/ws/chat`
    server.rootKey = server.certificates.root.public.toString('hex')
    return server
  }

  #upgrade(request, socket, head) {
    if (this.upgradeStatus === 'silent') return
    if (this.upgradeStatus) return socket.end(`HTTP/1.1 ${this.upgradeStatus} No\r\ncontent-length: 0\r\n\r\n`)
    const greet = () => this.wss.handleUpgrade(request, socket, head, ws => this.connections.add(new Connection(this, ws)))
    if (this.distance) setTimeout(greet, this.distance)
    else greet()
  }

  async stop() {
    for (const { ws } of this.connections) ws.terminate()
    this.wss.close()
    this.http.close()
    this.http.closeAllConnections()
  }

  record(direction, node, connection) {
    this.log?.push({ direction, node, at: performance.now(), device: connection.device?.pnJid })
    this.emit('stanza', direction, node, connection)
  }

  surprise(what) {
    this.surprises.push(what)
  }

  fault(error) {
    this.surprise(String(error?.stack ?? error))
  }

  // ---- people

  async #enrol(actor) {
    const account = new Account(actor)
    this.directory.add(account)
    return this.#attach(account, 0, actor)
  }

  /** A simulated device of an account. */
  async #attach(account, id, actor) {
    const device = new Device(account, id, { actor, bundle: await actor.publish() })
    account.devices.set(id, device)
    actor.wire = {
      bundleOf: jid => {
        const { bundle } = this.directory.device(jid)
        return { bundle, preKey: bundle.keys.shift() }
      },
      devicesOf: user => [...this.directory.account(user).devices.values()],
      route: (to, stanza) => this.routing.deliver(to, stanza, device)
    }
    return actor
  }

  addPhone(fields) {
    return this.#enrol(new Phone(fields))
  }

  addPeer(fields) {
    return this.#enrol(new SignalDevice(fields))
  }

  /** Somebody links a device to their account, and uses that too. */
  addCompanion({ pn, lid, name }, id) {
    return this.#attach(this.directory.account(pn), id, new SignalDevice({ pn, lid, name, device: id }))
  }

  /** The owner of the phone removed the device: it is told when it is there, and refused when it comes. */
  unpair(device) {
    device.account.devices.delete(device.id)
    device.connection?.streamError('401', el('conflict', { type: 'device_removed' }))
  }

  // ---- connecting

  forgetConnection(connection) {
    this.connections.delete(connection)
    if (connection.device?.connection === connection) connection.device.connection = undefined
    this.emit('gone', connection)
  }

  authenticate(connection, payload, staticKey) {
    Object.assign(connection, { payload, staticKey })
    if (this.onLogin?.(connection, payload)) return
    if (payload.devicePairingData) return this.pairing.offer(connection)
    const device = this.directory.account(String(payload.username))?.devices.get(payload.device)
    if (!device || !device.noiseKey?.equals(staticKey)) return connection.failure(401)
    device.connection?.streamError(undefined, el('conflict', { type: 'replaced' })) // one connection per device
    device.connection = connection
    connection.device = device
    connection.send(el('success', { t: now(), lid: device.lidJid, location: 'stand-in', companion_enc_static: '' }))
  }

  /** The client asked to become active: edge routing, what was missed, then `offline`, which releases its event buffer. */
  goLive(connection) {
    const { device } = connection
    const notice = child => el('ib', { from: S_WHATSAPP_NET }, [child])
    setImmediate(async () => {
      connection.send(notice(el('edge_routing', {}, [el('routing_info', {}, this.routingInfo)])))
      const missed = [...device.queue.values()]
      const count = String(missed.length)
      if (missed.length) connection.send(notice(el('offline_preview', { count, message: count, t: now() })))
      for (const stanza of missed) connection.send({ ...stanza, attrs: { ...stanza.attrs, offline: '0' } })
      if (!this.endlessOffline) connection.send(notice(el('offline', { count })))
      connection.live = true
      this.emit('live', connection)
      if (this.autoBootstrap && device.account.phone instanceof Phone && !device.bootstrapped) {
        device.bootstrapped = true
        await device.account.phone.shareAppStateKey(device)
        await device.account.phone.shareHistory(device, this.history)
      }
    })
  }
}
