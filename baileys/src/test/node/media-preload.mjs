// Brings what Baileys asks the hosts of files over https to the stand-in, which speaks plain HTTP: uploads go through `https.request`,
// downloads through `fetch`. Part of preload.mjs.
import http from 'node:http'
import https from 'node:https'
import { syncBuiltinESMExports } from 'node:module'

const isHost = hostname => hostname === '127.0.0.1' || hostname.endsWith('.whatsapp.net')

export const bringFilesTo = ({ hostname, port }) => {
  const { request } = https
  https.request = (options, ...rest) =>
    typeof options?.hostname === 'string' && isHost(options.hostname)
      ? http.request({ ...options, protocol: 'http:', hostname, port, agent: undefined }, ...rest)
      : request(options, ...rest)
  syncBuiltinESMExports()

  const { fetch } = globalThis
  globalThis.fetch = (input, init) => {
    const url = typeof input === 'string' || input instanceof URL ? new URL(input) : undefined
    if (url?.protocol !== 'https:' || !isHost(url.hostname)) return fetch(input, init)
    return fetch(new URL(url.pathname + url.search, `http://${hostname}:${port}`), { ...init, dispatcher: undefined })
  }
}
