// Small things that every part of the stand-in says.

/** A node of the binary XML. Attributes must be strings: the encoder counts a number and does not write it. */
export const el = (tag, attrs = {}, content) => ({ tag, attrs, content })

/** The time as stanzas carry it: seconds, as text. */
export const now = () => Math.floor(Date.now() / 1000).toString()

// libsignal prints whole sessions, private keys included. Whoever imports this prints nothing by accident.
for (const method of ['log', 'info', 'warn', 'error', 'debug', 'trace', 'dir']) console[method] = () => {}
