import { showPath } from '../../data/refuse.js'
import type { Issue } from './schema.js'

const SHOWN = 40
// These values must not reach a log.
const SECRET = /pass|secret|token|credential|key$/i

/** One wrong property: `interval: expected number, got "fast"`. */
export function describeIssue(issue: Issue, props: Record<string, unknown>): string {
  const path = (issue.path ?? []).map(part => (typeof part === 'object' ? part.key : part))
  const reason = reasonOf(issue.message)
  if (path.length === 0) return reason
  const value = path.reduce<unknown>(follow, props)
  const seen = path.some(key => SECRET.test(String(key)))
    ? `a ${typeof value} that is not shown`
    : show(value)
  return value === undefined
    ? `${showPath(path)}: ${reason}, but it is missing`
    : `${showPath(path)}: ${reason}, got ${seen}`
}

// Libraries begin with "Invalid input" and end with the type they received; the value itself says both better.
function reasonOf(message: string): string {
  const reason = message.replace(/^Invalid \w+: /, '').replace(/,? (?:but )?received .*$/s, '')
  return /^[A-Z][a-z]/.test(reason) ? reason.charAt(0).toLowerCase() + reason.slice(1) : reason
}

function follow(value: unknown, key: PropertyKey): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, key)
    ? Reflect.get(value, key)
    : undefined
}

// Objects are only named, since they may hold secrets deeper down.
function show(value: unknown): string {
  if (Array.isArray(value)) return `an array of ${value.length}`
  if (typeof value === 'object' && value !== null) return 'an object'
  if (typeof value !== 'string') return String(value)
  return JSON.stringify(value.length > SHOWN ? `${value.slice(0, SHOWN)}…` : value)
}
