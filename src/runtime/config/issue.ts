import { quote } from '../../data/quote.js'
import { isObjectLike, ownField } from '../../data/object.js'
import { showPath } from '../../data/refuse.js'
import type { Issue } from './schema.js'
import type { SecretPath } from './secrets.js'

const mostShown = 40
// Values of properties with such names are never logged, whether or not the schema marks them as secret.
const secretKey = /pass|secret|token|credential|key$/i

/** One wrong property: `interval: expected number, got "fast"`. */
export function describeIssue(
  issue: Issue,
  props: Record<string, unknown>,
  secrets: readonly SecretPath[] = [],
): string {
  const path = pathOf(issue)
  const reason = reasonOf(issue.message)
  if (path.length === 0) return reason
  const value = path.reduce<unknown>(ownField, props)
  const keys = path.map(String)
  const hidden = keys.some(key => secretKey.test(key)) || secrets.some(secret => leadsTo(secret, keys))
  const seen = hidden ? `a ${typeof value} that is not shown` : show(value)
  return value === undefined
    ? `${showPath(path)}: ${reason}, but it is missing`
    : `${showPath(path)}: ${reason}, got ${seen}`
}

const pathOf = ({ path = [] }: Issue): PropertyKey[] =>
  path.map(part => (typeof part === 'object' ? part.key : part))

/** Whether a property is missing. */
export function isMissing(issue: Issue, props: Record<string, unknown>): boolean {
  const path = pathOf(issue)
  return path.length > 0 && path.reduce<unknown>(ownField, props) === undefined
}

const leadsTo = (secret: SecretPath, keys: readonly string[]): boolean =>
  secret.every((key, index) => keys[index] === key)

// Libraries start with "Invalid input" and end with the received type. The value itself shows both better.
function reasonOf(message: string): string {
  const reason = message.replace(/^Invalid \w+: /, '').replace(/,? (?:but )?received .*$/s, '')
  return /^[A-Z][a-z]/.test(reason) ? reason.charAt(0).toLowerCase() + reason.slice(1) : reason
}

// The contents of objects are not shown, because they may contain secrets.
function show(value: unknown): string {
  if (Array.isArray(value)) return `an array of ${value.length}`
  if (isObjectLike(value)) return 'an object'
  if (typeof value !== 'string') return String(value)
  return quote(value, mostShown)
}
