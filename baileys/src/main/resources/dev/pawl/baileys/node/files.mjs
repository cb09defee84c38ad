// The files that a message names, which Baileys reads while it is sent, and the copies that it makes of them.
import { access, constants, open, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'

const KINDS = ['image', 'video', 'audio', 'document', 'sticker']
const ELSEWHERE = /^(data:|https?:\/\/)/

/** What may be over in a moment: too many open files, a server of files that does not answer. */
const PASSING = new Set(['EMFILE', 'ENFILE', 'EAGAIN', 'EBUSY', 'EINTR', 'EIO', 'ENOMEM', 'ESTALE', 'ETIMEDOUT'])

const REASONS = { ENOENT: 'there is none', ENOTDIR: 'there is none', EACCES: 'it may not be read', EPERM: 'it may not be read' }

/** Its name is told beside the reason: reasons go through the hands of whoever takes out what looks like a secret. */
class FileError extends Error {
  constructor(path, reason, isPermanent) {
    super(reason)
    Object.assign(this, { path, isPermanent })
  }
}

/** The name of the file that is to be sent, unless there is none or it is not on this machine. */
const fileOf = content => {
  const url = KINDS.map(kind => content[kind]?.url).find(Boolean)
  return typeof url === 'string' && !ELSEWHERE.test(url) ? url : undefined
}

const refused = (path, { code, message }) => new FileError(path, REASONS[code] ?? message, !PASSING.has(code))

/**
 * Refuses a message whose file cannot be read, by the name of that. Baileys would find out in the middle, and wait for ever for what is
 * no file but a pipe; of a directory it does not say the name.
 */
export const requireFiles = async content => {
  const path = fileOf(content)
  if (!path) return
  const found = await stat(path).catch(error => Promise.reject(refused(path, error)))
  if (!found.isFile()) throw new FileError(path, found.isDirectory() ? 'it is a directory' : 'it is no file', true)
  await firstByte(path).catch(error => Promise.reject(refused(path, error)))
  await access(tmpdir(), constants.W_OK).catch(() => Promise.reject(new FileError(tmpdir(), 'no copy can be made in it', false)))
}

const firstByte = async path => {
  const file = await open(path)
  try {
    await file.read(Buffer.alloc(1), 0, 1, 0)
  } finally {
    await file.close()
  }
}

/** What an error of Baileys says of the file, which may have gone since, or of a copy of it. */
export const aboutFile = (content, error) => {
  const path = fileOf(content)
  if (!path) return error
  if (error?.path === path) return refused(path, error)
  return isOfCopy(error) ? notCopied(error) : error
}

const isOfCopy = ({ syscall, code, path = '' } = {}) =>
  (syscall === 'open' && path.startsWith(tmpdir())) || (syscall === 'write' && ['ENOSPC', 'EDQUOT', 'EFBIG', 'EIO'].includes(code))

const notCopied = ({ code }) => new FileError(tmpdir(), `no copy could be made in it (${code})`, false)

/** Baileys copies what is given as bytes or comes from elsewhere just the same; the picture of a product is one more. */
const isCopied = content => [...KINDS, 'product'].some(kind => content[kind])

const copying = new Set()

/**
 * Does what makes copies of files. Baileys writes them with streams whose failure is not always heard: it becomes an exception of the
 * whole process, and what waits for the copy waits for ever. `isOver` says whether the copies are made.
 */
export const copies = async (content, work, isOver) => {
  if (!isCopied(content)) return work()
  let one
  const failed = new Promise((_, fail) => copying.add((one = { fail, isOver })))
  try {
    return await Promise.race([work(), failed])
  } finally {
    copying.delete(one)
  }
}

/** Takes such an exception: everything that makes a copy just now has failed. */
export const takeCopyFailure = error => {
  if (!copying.size || !isOfCopy(error ?? undefined)) return false
  for (const { fail, isOver } of copying) if (!isOver()) fail(notCopied(error))
  return true
}
