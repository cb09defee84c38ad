// Imported before anything else. Standard output belongs to the channel, and libsignal prints whole sessions with their private keys
// through the console: what is printed here is dropped, or goes to standard error without what looks like a secret.
const write = process.stdout.write.bind(process.stdout)

/** The only way to standard output. */
export const output = bytes => write(bytes)

/** Without runs of base64 or hexadecimal digits and without dumps of bytes: keys, tokens and codes look like that. */
export const scrubbed = text =>
  String(text).replace(/<Buffer[^>]*>/g, '…').replace(/[A-Za-z0-9+/=_-]{24,}/g, '…').slice(0, 2000)

export const complain = (level, text) => process.stderr.write(`${level} ${scrubbed(text).replace(/\s+/g, ' ')}\n`)

process.stdout.write = () => true
for (const method of ['log', 'info', 'warn', 'error', 'debug', 'trace', 'dir']) console[method] = () => {}

const LEVELS = ['trace', 'debug', 'info', 'warn', 'error']

/**
 * A logger as Baileys wants one. Of the objects that it is given only the message of an error is passed on.
 *
 * @param isHushed whether what is said now is of no interest, because the connection has ended
 */
export const loggerOf = (least, isHushed) => {
  const logger = { level: least, child: () => logger }
  for (const level of LEVELS) {
    const isHeard = LEVELS.indexOf(level) >= LEVELS.indexOf(least) && LEVELS.includes(least)
    logger[level] = isHeard ? (...parts) => isHushed() || complain(level, parts.map(said).filter(Boolean).join(' ')) : () => {}
  }
  logger.fatal = logger.error
  return logger
}

const said = part => {
  if (typeof part === 'string') return part
  const error = part instanceof Error ? part : (part?.err ?? part?.error)
  return error ? `(${error.message ?? error})` : ''
}
