// The primary device of an account: scans QR codes, signs companions, shares app-state keys and history.
import { Curve, encodeSyncdPatch, hmacSign, newLTHashState, proto } from 'baileys'
import { randomBytes } from 'node:crypto'
import { deflateSync } from 'node:zlib'
import { SignalDevice } from './signal-device.mjs'
import { verify } from './verify.mjs'

const ACCOUNT_PREFIX = Buffer.from([6, 0])
const DEVICE_PREFIX = Buffer.from([6, 1])
const { ProtocolMessage } = proto.Message

export const parseQr = qr => {
  const [ref, noise, identity, adv, platform] = qr.slice(qr.indexOf('#') + 1).split(',')
  const bytes = text => Buffer.from(text, 'base64')
  return { ref, noiseKey: bytes(noise), identityKey: bytes(identity), advSecret: bytes(adv), platform }
}

export class Phone extends SignalDevice {
  appStateKeyId = Buffer.from([0, 0, 0, 0, ...randomBytes(2)])
  appStateKey = { keyData: randomBytes(32), fingerprint: { rawId: 1, currentIndex: 0, deviceIndexes: [0] }, timestamp: Date.now() }

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
    const keys = [{ keyId: { keyId: this.appStateKeyId }, keyData: this.appStateKey }]
    return this.sendPeer(companion, { type: ProtocolMessage.Type.APP_STATE_SYNC_KEY_SHARE, appStateSyncKeyShare: { keys } })
  }

  /** Inline bootstrap: no media download, so nothing but this stanza is needed. */
  shareHistory(companion, history = {}) {
    const syncType = proto.HistorySync.HistorySyncType.INITIAL_BOOTSTRAP
    const payload = deflateSync(proto.HistorySync.encode({ syncType, conversations: [], ...history }).finish())
    return this.sendPeer(companion, {
      type: ProtocolMessage.Type.HISTORY_SYNC_NOTIFICATION,
      historySyncNotification: { syncType, chunkOrder: 1, progress: 100, initialHistBootstrapInlinePayload: payload }
    })
  }

  /** A mutation the phone would upload; returns the SyncdPatch bytes and advances `collection`. */
  async appStatePatch(collection, { index, syncAction, apiVersion = 1, operation = proto.SyncdMutation.SyncdOperation.SET }) {
    const { patch, state } = await encodeSyncdPatch(
      { type: collection.name, index, syncAction, apiVersion, operation },
      this.appStateKeyId.toString('base64'),
      (collection.state ??= newLTHashState()),
      async () => this.appStateKey
    )
    collection.state = state
    return proto.SyncdPatch.encode({ ...patch, version: { version: state.version } }).finish()
  }
}
