// The primary device of an account: scans QR codes, signs companions, shares app-state keys and history.
import { Curve, decodePatches, encodeSyncdPatch, hmacSign, newLTHashState, proto } from 'baileys'
import { randomBytes } from 'node:crypto'
import { deflateSync } from 'node:zlib'
import { SignalDevice } from './signal-device.mjs'
import { verify } from './verify.mjs'

const ACCOUNT_PREFIX = Buffer.from([6, 0])
const DEVICE_PREFIX = Buffer.from([6, 1])
const { ProtocolMessage } = proto.Message

/** Baileys says of a patch that it cannot read, or that is forged, in the log alone. */
const strict = {
  trace() {},
  warn: (fields, text) => {
    throw new Error(`${text}: ${fields?.error ?? ''}`)
  }
}

export const parseQr = qr => {
  const [ref, noise, identity, adv, platform] = qr.slice(qr.indexOf('#') + 1).split(',')
  const bytes = text => Buffer.from(text, 'base64')
  return { ref, noiseKey: bytes(noise), identityKey: bytes(identity), advSecret: bytes(adv), platform }
}

export class Phone extends SignalDevice {
  #appStateKeys = new Map()

  constructor(fields) {
    super(fields)
    this.newAppStateKey()
  }

  /** ADVSignedDeviceIdentityHMAC for a companion, plus what is needed to check the companion's answer. */
  endorse({ identityKey, advSecret, keyIndex, forge = {} }) {
    const { public: accountKey, private: accountPrivate } = this.creds.signedIdentityKey
    const details = proto.ADVDeviceIdentity.encode({
      rawId: randomBytes(4).readUInt32BE(),
      timestamp: Math.floor(Date.now() / 1000),
      keyIndex,
      accountType: proto.ADVEncryptionType.E2EE,
      deviceType: proto.ADVEncryptionType.E2EE
    }).finish()
    const signed = proto.ADVSignedDeviceIdentity.encode({
      details,
      accountSignatureKey: accountKey,
      accountSignature: forge.signature ?? Curve.sign(accountPrivate, Buffer.concat([ACCOUNT_PREFIX, details, identityKey]))
    }).finish()
    return {
      details,
      bytes: proto.ADVSignedDeviceIdentityHMAC.encode({ details: signed, hmac: forge.hmac ?? hmacSign(signed, advSecret) }).finish()
    }
  }

  /** The companion's half of pairing: it must sign the same details with its own identity key. */
  accepts({ details, identityKey, reply }) {
    const { deviceSignature } = proto.ADVSignedDeviceIdentity.decode(reply)
    const signed = Buffer.concat([DEVICE_PREFIX, details, identityKey, this.creds.signedIdentityKey.public])
    return verify(identityKey, signed, deviceSignature)
  }

  /** Peer messages go to one companion only and carry category="peer". */
  sendPeer(companion, protocolMessage, attrs) {
    return this.send(this.pn, { protocolMessage }, {
      toDevice: companion.id,
      addressing: 'pn',
      attrs: { category: 'peer', type: 'protocol', ...attrs }
    })
  }

  shareAppStateKey(companion) {
    const keys = [{ keyId: { keyId: this.appStateKeyId }, keyData: this.#appStateKeys.get(this.appStateKeyId.toString('base64')) }]
    return this.sendPeer(companion, { type: ProtocolMessage.Type.APP_STATE_SYNC_KEY_SHARE, appStateSyncKeyShare: { keys } })
  }

  /** Inline bootstrap: no media download, so nothing but this stanza is needed. */
  shareHistory(companion, history = {}) {
    const syncType = proto.HistorySync.HistorySyncType.INITIAL_BOOTSTRAP
    const payload = deflateSync(proto.HistorySync.encode(proto.HistorySync.fromObject({ syncType, conversations: [], ...history })).finish())
    return this.sendPeer(companion, {
      type: ProtocolMessage.Type.HISTORY_SYNC_NOTIFICATION,
      historySyncNotification: { syncType, chunkOrder: 1, progress: 100, initialHistBootstrapInlinePayload: payload }
    })
  }

  /** A part of the history, small enough to be in the message itself. */
  shareHistoryPart(companion, part) {
    const history = proto.HistorySync.fromObject(part)
    const { syncType, chunkOrder, progress } = history
    const payload = deflateSync(proto.HistorySync.encode(history).finish())
    return this.sendPeer(companion, {
      type: ProtocolMessage.Type.HISTORY_SYNC_NOTIFICATION,
      historySyncNotification: { syncType, chunkOrder, progress, initialHistBootstrapInlinePayload: payload }
    })
  }

  /** Makes the key for synchronised state from now on, and keeps those before. */
  newAppStateKey() {
    this.appStateKeyId = Buffer.from([0, 0, 0, 0, ...randomBytes(2)])
    const fingerprint = { rawId: 1, currentIndex: 0, deviceIndexes: [0] }
    this.#appStateKeys.set(this.appStateKeyId.toString('base64'), { keyData: randomBytes(32), fingerprint, timestamp: Date.now() })
    return this.appStateKeyId
  }

  /** Reads what companions added to a collection. A patch that is not as it should be is an error here. */
  async readAppState(collection) {
    const patches = collection.patches.slice(collection.seen).map(bytes => proto.SyncdPatch.decode(bytes))
    collection.seen = collection.patches.length
    const { state, mutationMap } = await decodePatches(
      collection.name, patches, collection.state ?? newLTHashState(), async id => this.#appStateKeys.get(id), {}, undefined, strict, true
    )
    collection.state = state
    for (const [index, { syncAction }] of Object.entries(mutationMap)) collection.actions.set(index, syncAction.value)
  }

  /** Changes something in a collection, on top of what companions changed. */
  async changeAppState(collection, { index, syncAction, apiVersion = 1, operation = proto.SyncdMutation.SyncdOperation.SET }) {
    await this.readAppState(collection)
    const { patch, state } = await encodeSyncdPatch(
      { type: collection.name, index, syncAction, apiVersion, operation },
      this.appStateKeyId.toString('base64'),
      collection.state,
      async id => this.#appStateKeys.get(id)
    )
    collection.state = state
    collection.patches.push(proto.SyncdPatch.encode({ ...patch, version: { version: state.version } }).finish())
    collection.seen = collection.patches.length
    collection.actions.set(JSON.stringify(index), syncAction)
  }
}
