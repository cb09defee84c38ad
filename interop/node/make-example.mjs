// Writes the example: one rich authentication directory of an imaginary account, made by real Baileys. Every key in it was drawn for
// it and belongs to nobody. What cannot be had without WhatsApp's servers (the answers of the server, the other people) is played here;
// every record is written by the code of Baileys that writes it in a running client.
//
//   node make-example.mjs ../../examples/baileys-session
//
// A directory that exists is only replaced when it is such an example, with --replace. Each run makes new keys.

import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { randomBytes } from 'node:crypto'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { Account, B, base64, curve, recordOf } from './baileys.mjs'

const ME = { id: '6281234567890:17@s.whatsapp.net', lid: '98765432109876:17@lid', name: 'Warung Contoh' }
const SUPPLIER = '6282222222222@s.whatsapp.net'
const CUSTOMER = { pn: '6281111111111@s.whatsapp.net', lid: '11122233344455@lid' }
const STAFF_GROUP = '120363021234567890@g.us'
const FAMILY_GROUP = '6281234567890-1600000000@g.us'
const COUNT_OF_PRE_KEYS = 30
const CONSUMED_PRE_KEY = 7

const say = text => process.stdout.write(text + '\n')
const require = (condition, text) => {
  if (!condition) throw new Error(`the example is not healthy: ${text}`)
}

const prepare = async directory => {
  const files = await readdir(directory).catch(() => [])
  const replace = process.argv.includes('--replace') && files.every(file => file === 'creds.json' || recordOf(file))
  if (files.length && !replace) throw new Error(`${directory} is not empty`)
  await rm(directory, { recursive: true, force: true })
  await mkdir(directory, { recursive: true })
}

const other = async scratch => {
  const account = await Account.open(await mkdtemp(join(scratch, 'account-')))
  await account.saveCreds()
  await account.mintPreKeys(5)
  return account
}

/** Login: paired by QR, then what the first minutes of a connection add to the credentials. */
const login = async me => {
  const now = Math.floor(Date.now() / 1000)
  await me.saveCreds()
  await me.pair({ ...ME, platform: 'smba', timestamp: now - 86400 })
  await me.update({ me: { ...me.creds.me, lid: ME.lid } })
  await me.repository.lidMapping.storeLIDPNMappings([{ lid: ME.lid, pn: ME.id }])
  await me.keys.set({ 'device-list': { 98765432109876: ['0', '17'] } })
  await me.mintPreKeys(COUNT_OF_PRE_KEYS)
  await me.update({ lastPropHash: '2V2sF', routingInfo: Buffer.from([0x08, 0x02, 0x08, 0x05]) })
  const history = Array.from({ length: 3 }, (_, n) => ({
    key: { remoteJid: '6281234567890@s.whatsapp.net', fromMe: true, id: '3EB0' + randomBytes(9).toString('hex').toUpperCase() },
    messageTimestamp: now - 86000 + n * 7
  }))
  await me.update({ processedHistoryMessages: history, accountSyncCounter: 1, lastAccountSyncTimestamp: now - 85000 })
}

/** A contact known only by its phone number writes first and uses up a one-time pre-key; one of its messages is still under way. */
const conversationByPhoneNumber = async (me, supplier) => {
  await supplier.repository.injectE2ESession({ jid: ME.id, session: await me.bundle(CONSUMED_PRE_KEY) })
  require((await me.decrypt(SUPPLIER, await supplier.encrypt(ME.id, 'Stok kopi sudah siap'))) === 'Stok kopi sudah siap', 'first message')
  await supplier.decrypt(ME.id, await me.encrypt(SUPPLIER, 'Baik, tolong kirim 20 kg'))
  await supplier.encrypt(ME.id, 'late, still under way')
  await me.decrypt(SUPPLIER, await supplier.encrypt(ME.id, 'Dikirim besok pagi'))
  await me.keys.set({ 'device-list': { 6282222222222: ['0'] } })
}

/** A contact behind a LID: its phone number is learnt, and its records stand under the LID address. */
const conversationByLid = async (me, customer) => {
  await me.repository.lidMapping.storeLIDPNMappings([CUSTOMER])
  await me.keys.set({ 'device-list': { 6281111111111: ['0'], 11122233344455: ['0'] } })
  await customer.repository.injectE2ESession({ jid: ME.lid, session: await me.bundle() })
  await me.decrypt(CUSTOMER.lid, await customer.encrypt(ME.lid, 'Masih buka?'))
  await customer.decrypt(ME.lid, await me.encrypt(CUSTOMER.lid, 'Buka sampai jam 9'))
  await me.decrypt(CUSTOMER.lid, await customer.encrypt(ME.lid, 'Siap, terima kasih'))
}

/** A group by LID in which both sides have spoken, and an old group by phone number in which only we have. */
const groups = async (me, customer) => {
  const mine = await me.encryptGroup(STAFF_GROUP, ME.lid, 'Rapat jam 10')
  await customer.processDistribution(STAFF_GROUP, ME.lid, mine.senderKeyDistributionMessage)
  require((await customer.decryptGroup(STAFF_GROUP, ME.lid, mine.ciphertext)) === 'Rapat jam 10', 'our group message')
  const theirs = await customer.encryptGroup(STAFF_GROUP, CUSTOMER.lid, 'Oke')
  await me.processDistribution(STAFF_GROUP, CUSTOMER.lid, theirs.senderKeyDistributionMessage)
  require((await me.decryptGroup(STAFF_GROUP, CUSTOMER.lid, theirs.ciphertext)) === 'Oke', 'their group message')
  for (const text of ['Halo semua', 'Besok libur']) await me.encryptGroup(FAMILY_GROUP, ME.id, text)
  await me.keys.set({ 'sender-key-memory': { [STAFF_GROUP]: { [CUSTOMER.lid]: true } } })
  await me.keys.set({ 'sender-key-memory': { [FAMILY_GROUP]: { [SUPPLIER]: true } } })
}

const appState = async me => {
  for (const id of ['000000000001', '000000001cff']) {
    await me.shareAppStateKey(base64(Buffer.from(id, 'hex')), { keyData: randomBytes(32), timestamp: Date.now() - 85000000 })
  }
  await me.patchAppState({ pushNameSetting: ME.name }, '', { save: true })
  await me.patchAppState({ mute: 8 * 3600 * 1000 }, STAFF_GROUP, { save: true })
  await me.patchAppState({ pin: true }, CUSTOMER.lid, { save: true })
  await me.patchAppState({ archive: true, lastMessages: [] }, SUPPLIER, { save: true })
}

const privacyTokens = async me => {
  const now = Math.floor(Date.now() / 1000)
  await me.keys.set({ tctoken: { [CUSTOMER.lid]: { token: randomBytes(8), timestamp: String(now - 3600), senderTimestamp: now - 3500 } } })
  await me.keys.set({ tctoken: { [SUPPLIER]: { token: Buffer.alloc(0), senderTimestamp: now - 1800 } } })
  await me.keys.set({ tctoken: { __index: { token: Buffer.from(JSON.stringify([CUSTOMER.lid, SUPPLIER])) } } })
}

const check = async directory => {
  const contents = async () => {
    const files = (await readdir(directory)).sort()
    return new Map(await Promise.all(files.map(async file => [file, await readFile(join(directory, file), 'latin1')])))
  }
  const before = await contents()
  const account = await Account.open(directory)
  const { signedIdentityKey, signedPreKey, nextPreKeyId } = account.creds
  const signed = B.generateSignalPubKey(signedPreKey.keyPair.public)
  require(curve.verifySignature(B.generateSignalPubKey(signedIdentityKey.public), signed, signedPreKey.signature), 'signed pre-key')
  const ids = [...before.keys()].map(recordOf).filter(record => record?.type === 'pre-key').map(record => Number(record.id))
  require(ids.length === COUNT_OF_PRE_KEYS - 1 && !ids.includes(CONSUMED_PRE_KEY), 'pre-keys')
  require(nextPreKeyId === COUNT_OF_PRE_KEYS + 1 && Math.max(...ids) < nextPreKeyId, 'counter of pre-keys')
  for (const jid of [SUPPLIER, CUSTOMER.lid, CUSTOMER.pn]) require((await account.repository.validateSession(jid)).exists, `session ${jid}`)
  const { absent } = await account.saveAll(account.files)
  const after = await contents()
  require(absent.length === 0 && before.size === after.size, 'every record loads')
  for (const [file, text] of before) require(after.get(file) === text, `${file} is the same after loading and saving`)
  return [...before.keys()]
}

const directory = resolve(process.argv[2] ?? '../../examples/baileys-session')
await prepare(directory)
const scratch = await mkdtemp(join(tmpdir(), 'pawl-example-'))
const [me, supplier, customer] = [await Account.open(directory), await other(scratch), await other(scratch)]
await login(me)
await conversationByPhoneNumber(me, supplier)
await conversationByLid(me, customer)
await groups(me, customer)
await appState(me)
await privacyTokens(me)
await rm(scratch, { recursive: true })
const files = await check(directory)
say(`${files.length} files in ${directory}`)
for (const file of files) say(`  ${file}`)
process.exit(0)
