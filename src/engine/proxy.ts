import * as http from 'node:http'
import type { Duplex } from 'node:stream'

type Environment = Readonly<Record<string, string | undefined>>

/** The proxy that the environment names for a URL; undefined for a direct connection. */
export function proxyFor(url: URL, env: Environment): URL | undefined {
  const scheme = url.protocol.replace(':', '_proxy')
  const proxy = env[scheme] ?? env[scheme.toUpperCase()] ?? ''
  if (!URL.canParse(proxy) || isDirect(url, env['no_proxy'] ?? env['NO_PROXY'] ?? '')) return undefined
  return new URL(proxy)
}

/** Loopback addresses never use a proxy. `no_proxy` lists hosts, domains with or without a leading dot, or `*`. */
function isDirect({ hostname, port }: URL, noProxy: string): boolean {
  if (hostname === 'localhost' || hostname === '[::1]' || hostname.startsWith('127.')) return true
  return noProxy
    .toLowerCase()
    .split(/[\s,]+/)
    .filter(entry => entry !== '')
    .some(entry => {
      const [, name = '', onlyPort] = /^(.*?)(?::(\d+))?$/.exec(entry.replace(/^\*?\./, '')) ?? []
      const isHost = entry === '*' || hostname === name || hostname.endsWith(`.${name}`)
      return isHost && (onlyPort === undefined || onlyPort === port)
    })
}

/** The header with the name and password from the proxy's URL. */
export function proxyAuthorization({ username, password }: URL): http.OutgoingHttpHeaders {
  if (username === '') return {}
  const credentials = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`
  return { 'proxy-authorization': `Basic ${Buffer.from(credentials).toString('base64')}` }
}

/** A connection to a host through a proxy, ready for TLS. */
export function tunnel(proxy: URL, { hostname, port }: URL, limit: number): Promise<Duplex> {
  const target = `${hostname}:${port === '' ? '443' : port}`
  return new Promise((resolve, reject) => {
    const asked = http.request(proxy, {
      method: 'CONNECT',
      path: target,
      headers: { host: target, ...proxyAuthorization(proxy) },
    })
    const late = new Error(`the proxy ${proxy.host} did not respond within ${limit / 1000} s`)
    const timer = setTimeout(() => asked.destroy(late), limit)
    asked.on('close', () => clearTimeout(timer))
    asked.on('error', reject)
    asked.on('connect', ({ statusCode }, socket) => {
      clearTimeout(timer)
      if (statusCode === 200) resolve(socket)
      else reject(new Error(`the proxy ${proxy.host} responded with status ${statusCode} for ${target}`))
    })
    asked.end()
  })
}
