// The host of the files that messages carry: takes what a client uploads and gives it back, on the HTTP port of the stand-in. Baileys goes
// there over https; `media-preload.mjs` brings it here. What the real host checks of an upload is not known beyond what its address says:
// the hash of what is uploaded.
import { createCipheriv, createDecipheriv, createHash, createHmac, hkdfSync, randomBytes, timingSafeEqual } from 'node:crypto'

const TOKEN = 'standin'
const KINDS = new Set(['image', 'video', 'audio', 'document', 'md-app-state'])
const NAMES = {
  imageMessage: 'Image', videoMessage: 'Video', audioMessage: 'Audio', documentMessage: 'Document', stickerMessage: 'Image',
  history: 'History', appState: 'App State'
}
const MAC_SIZE = 10

const sha256 = bytes => createHash('sha256').update(bytes).digest()

/** The keys for one file: those of a kind are no use for another. */
const keysOf = (mediaKey, kind) => {
  const all = Buffer.from(hkdfSync('sha256', mediaKey, Buffer.alloc(32), `WhatsApp ${NAMES[kind]} Keys`, 112))
  return { iv: all.subarray(0, 16), cipherKey: all.subarray(16, 48), macKey: all.subarray(48, 80) }
}

const macOf = ({ macKey, iv }, ciphertext) => createHmac('sha256', macKey).update(iv).update(ciphertext).digest().subarray(0, MAC_SIZE)

/** What a phone does with a file that came: decrypts it, unless anything about it is not as the message says. */
export const opened = (kind, { mediaKey, fileEncSha256, fileSha256, fileLength }, blob) => {
  if (!sha256(blob).equals(Buffer.from(fileEncSha256))) throw new Error('the hash of the ciphertext is another')
  const keys = keysOf(mediaKey, kind)
  const ciphertext = blob.subarray(0, -MAC_SIZE)
  if (!timingSafeEqual(macOf(keys, ciphertext), blob.subarray(-MAC_SIZE))) throw new Error('the ciphertext is not authentic')
  const cipher = createDecipheriv('aes-256-cbc', keys.cipherKey, keys.iv)
  const plain = Buffer.concat([cipher.update(ciphertext), cipher.final()])
  if (!sha256(plain).equals(Buffer.from(fileSha256))) throw new Error('the hash of the file is another')
  if (Number(fileLength) !== plain.length) throw new Error(`the file is said to have ${fileLength} bytes and has ${plain.length}`)
  return plain
}

export class MediaHost {
  blobs = new Map()
  uploads = 0
  refusals = []
  /** What uploads are answered with, instead of being taken. */
  status = undefined

  constructor(http) {
    this.http = http
    http.on('request', (request, response) => this.#serve(request, response).catch(error => response.destroy(error)))
  }

  get address() {
    return `127.0.0.1:${this.http.address().port}`
  }

  /** As the answer to media_conn names it. */
  get connection() {
    return { auth: TOKEN, hostname: this.address }
  }

  async #serve(request, response) {
    const { pathname, searchParams } = new URL(request.url, `http://${this.address}`)
    const answer = (status, body, type = 'application/json') => response.writeHead(status, { 'content-type': type }).end(body)
    if (request.method === 'GET') {
      const blob = this.blobs.get(pathname)
      return blob ? answer(200, blob, 'application/octet-stream') : answer(404, '{}')
    }
    const chunks = []
    for await (const chunk of request) chunks.push(chunk)
    const blob = Buffer.concat(chunks)
    const refusal = this.#refusal(pathname, searchParams, blob)
    if (refusal) {
      this.refusals.push(refusal)
      return answer(this.status ?? 400, JSON.stringify({ error: refusal }))
    }
    this.uploads++
    const { directPath, url } = this.#keep(pathname.split('/')[2], blob)
    answer(200, JSON.stringify({ url, direct_path: directPath }))
  }

  #refusal(pathname, query, blob) {
    if (this.status) return `told to answer ${this.status}`
    const [, root, kind, name] = pathname.split('/')
    if (root !== 'mms' || !KINDS.has(kind)) return `nothing is uploaded to ${pathname}`
    if (query.get('auth') !== TOKEN) return 'another token than media_conn gave'
    const hash = sha256(blob).toString('base64url')
    return decodeURIComponent(name) === hash && query.get('token') === hash ? undefined : 'the hash in the address is another'
  }

  #keep(kind, blob) {
    const directPath = `/v/${kind}/${sha256(blob).toString('hex')}`
    this.blobs.set(directPath, blob)
    return { directPath, url: `https://${this.address}${directPath}` }
  }

  /** Keeps a file as somebody else would who uploads it; gives what a message says of it. `kind` is one of NAMES. */
  share(kind, plain) {
    const mediaKey = randomBytes(32)
    const keys = keysOf(mediaKey, kind)
    const cipher = createCipheriv('aes-256-cbc', keys.cipherKey, keys.iv)
    const ciphertext = Buffer.concat([cipher.update(plain), cipher.final()])
    const blob = Buffer.concat([ciphertext, macOf(keys, ciphertext)])
    return {
      ...this.#keep(kind, blob), mediaKey, fileEncSha256: sha256(blob), fileSha256: sha256(plain), fileLength: plain.length
    }
  }
}
