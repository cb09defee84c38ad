// A writer that never rests: rewrites creds, sessions and pre-keys of one directory with counters that only rise.
//
// One round writes, through the key store and the creds saver of real Baileys and with the number of the round,
//   session  <user>.0   at _sessions.<only one>._chains.<only one>.chainKey.counter
//   pre-key  <id>       as 6 big-endian bytes at offset 8 of the private half
//   creds               at accountSyncCounter
// Every record is healthy: key pairs match, creds.nextPreKeyId lies above every pre-key. Sizes swing from round to round, so that a torn
// write can leave a long tail or a short file. With `churn` every round deletes the oldest pre-key and adds one, as consumption and
// upload do. Creds and keys are written side by side, as Baileys does: a reader may see either one first.

import { createPrivateKey, createPublicKey } from 'node:crypto'
import { setImmediate as turn, setTimeout as pause } from 'node:timers/promises'
import { B, base64 } from './baileys.mjs'

const PKCS8_X25519 = Buffer.from('302e020100300506032b656e04220420', 'hex')

const publicHalf = secret => {
  const key = createPrivateKey({ key: Buffer.concat([PKCS8_X25519, secret]), format: 'der', type: 'pkcs8' })
  return createPublicKey(key).export({ format: 'der', type: 'spki' }).subarray(-32)
}

const preKey = round => {
  const secret = Buffer.alloc(32, 0x48)
  secret.writeUIntBE(round, 8, 6)
  return { private: secret, public: publicHalf(secret) }
}

const sessionsOf = own => {
  const publicKey = base64(B.generateSignalPubKey(own.public))
  const remote = base64(B.generateSignalPubKey(B.Curve.generateKeyPair().public))
  const secret = fill => base64(Buffer.alloc(32, fill))
  return round => {
    const messageKeys = {}
    for (let n = 0; n < round % 24; n++) messageKeys[n] = secret(n)
    const entry = {
      registrationId: 77,
      currentRatchet: {
        ephemeralKeyPair: { pubKey: publicKey, privKey: base64(own.private) },
        lastRemoteEphemeralKey: remote,
        previousCounter: 0,
        rootKey: secret(2)
      },
      indexInfo: { baseKey: publicKey, baseKeyType: 1, closed: -1, used: 1760000000000 + round, created: 1760000000000, remoteIdentityKey: remote },
      _chains: { [publicKey]: { chainKey: { counter: round, key: secret(round % 256) }, chainType: 1, messageKeys } }
    }
    return { _sessions: { [publicKey]: entry }, version: 'v1' }
  }
}

const historyOf = round =>
  Array.from({ length: round % 16 }, (_, n) => ({
    key: { remoteJid: '628990000001@s.whatsapp.net', fromMe: true, id: `3EB0${String(n).padStart(16, '0')}` },
    messageTimestamp: 1760000000 + n
  }))

/** Writes until `millis` have passed or `stop` is called, at most `rate` rounds a second (0: as fast as it can). */
export class Hammer {
  constructor(account, { sessions = 4, preKeys = 4, millis = Infinity, rate = 0, churn = false }) {
    this.account = account
    this.sessions = Array.from({ length: sessions }, (_, n) => `62899000${String(n).padStart(4, '0')}.0`)
    this.session = sessionsOf(B.Curve.generateKeyPair())
    this.firstPreKeyId = account.creds.nextPreKeyId
    this.nextPreKeyId = this.firstPreKeyId + preKeys
    this.millis = millis
    this.rate = rate
    this.churn = churn
    this.round = account.creds.accountSyncCounter
    this.failures = []
    this.running = true
    this.finished = this.run()
  }

  async run() {
    const begin = performance.now()
    for (let n = 1; this.running && performance.now() - begin < this.millis && this.failures.length < 10; n++) {
      try {
        await this.write(this.round + 1)
        this.round++
      } catch (error) {
        this.failures.push(`${error.name}: ${error.message}`)
      }
      if (this.rate > 0) await pause(Math.max(0, begin + (n * 1000) / this.rate - performance.now()))
      else await turn()
    }
    this.running = false
  }

  async write(round) {
    const preKeys = {}
    if (this.churn) {
      preKeys[this.firstPreKeyId++] = null
      this.nextPreKeyId++
    }
    for (let id = this.firstPreKeyId; id < this.nextPreKeyId; id++) preKeys[id] = preKey(round)
    const session = Object.fromEntries(this.sessions.map(id => [id, this.session(round)]))
    Object.assign(this.account.creds, {
      accountSyncCounter: round,
      processedHistoryMessages: historyOf(round),
      nextPreKeyId: this.nextPreKeyId,
      firstUnuploadedPreKeyId: this.nextPreKeyId
    })
    await Promise.all([this.account.saveCreds(), this.account.files.set({ session, 'pre-key': preKeys })])
  }

  status() {
    const { running, round, firstPreKeyId, nextPreKeyId, sessions, failures } = this
    return { running, round, firstPreKeyId, nextPreKeyId, sessions, failures }
  }

  async stop() {
    this.running = false
    await this.finished
    return this.status()
  }
}
