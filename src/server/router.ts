import * as path from 'node:path'
import type { Route } from './route.js'
import { routes } from './routes.js'

/** The result of a URL: a route and the name in it, the same route under its canonical path, or nothing. */
export type Found = { route: Route; name: string } | { moved: string } | 'malformed' | undefined

const matchers = routes.map(route => ({ route, pattern: patternOf(route.path) }))

function patternOf(spelling: string): RegExp {
  const literal = spelling.split('{name}').map(part => part.replaceAll('.', '\\.'))
  return new RegExp(`^${literal.join('([^/]+)')}$`, 's')
}

/** Splits the target of a request into its path, still encoded, and its query. */
export function splitUrl(url: string): { path: string; query: string } {
  const local = url.replace(/^https?:\/\/[^/?]*\/?/i, '/')
  const mark = local.indexOf('?')
  return mark < 0 ? { path: local, query: '' } : { path: local.slice(0, mark), query: local.slice(mark) }
}

/**
 * Finds the route of a path. Like the engine, it uses the decoded path, so that an encoded slash separates segments. A
 * path that becomes a route without `..` and double slashes is redirected.
 */
export function findRoute(encoded: string): Found {
  const decoded = decode(encoded)
  if (decoded === undefined) return 'malformed'
  const plain = path.posix.normalize(decoded)
  const found = match(plain)
  if (found === undefined || plain === decoded) return found
  return { moved: plain.split('/').map(encodeURIComponent).join('/') }
}

function match(plain: string): { route: Route; name: string } | undefined {
  for (const { route, pattern } of matchers) {
    const matched = pattern.exec(plain)
    if (matched) return { route, name: matched[1] ?? '' }
  }
  return undefined
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text)
  } catch (error) {
    if (error instanceof URIError) return undefined
    throw error
  }
}
