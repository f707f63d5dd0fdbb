import { withoutKnownSecrets } from './known-secrets.js'

const longestText = 2000
const deepestCause = 5

/**
 * The text of whatever was thrown, with its causes: `Cannot connect: connect ECONNREFUSED 127.0.0.1:1883`. A plugin may
 * throw anything: nothing of it is trusted, and this function never throws. Secrets that the process has read are hidden.
 */
export function messageOf(reason: unknown): string {
  const messages: string[] = []
  const seen = new Set<unknown>()
  for (let at = reason; seen.size < deepestCause && !seen.has(at); at = fieldOf(at, 'cause')) {
    if (seen.size > 0 && (at === undefined || at === null)) break
    seen.add(at)
    const message = ownMessage(at)
    // Most errors that wrap another repeat its message.
    if (!messages.some(text => text.includes(message))) messages.push(message)
  }
  return cut(withoutKnownSecrets(messages.join('; cause: ')))
}

/** The stack of an error, else of nothing; of an error that wraps another one's, that of the innermost. */
export function stackOf(reason: unknown): string | undefined {
  const cause = fieldOf(reason, 'cause')
  const inner = cause === reason || cause === undefined ? undefined : stackOf(cause)
  const stack = inner ?? fieldOf(reason, 'stack')
  return typeof stack === 'string' ? stack : undefined
}

/** Whether an error has this name, as `AbortError` is one. Like all of this file, it trusts nothing. */
export const isNamed = (reason: unknown, name: string): boolean => fieldOf(reason, 'name') === name

function ownMessage(reason: unknown): string {
  if (typeof reason === 'string') return reason === '' ? 'an empty text was thrown' : reason
  if ((typeof reason !== 'object' && typeof reason !== 'function') || reason === null) return String(reason)
  const message = fieldOf(reason, 'message')
  if (typeof message === 'string' && message !== '') return message
  return messagesWithin(reason) ?? described(reason)
}

/** The errors in an AggregateError. Node throws one without a message if no address responds. */
function messagesWithin(reason: object): string | undefined {
  const errors = fieldOf(reason, 'errors')
  const first = attempt(() => (Array.isArray(errors) ? (errors as unknown[]).slice(0, 3) : []))
  const messages = (first ?? []).map(error => fieldOf(error, 'message'))
  const texts = messages.filter((text): text is string => typeof text === 'string' && text !== '')
  return texts.length === 0 ? undefined : texts.join(', ')
}

/** An error without a message by its name; anything else by its fields. */
function described(reason: object): string {
  const name = fieldOf(reason, 'name')
  if (typeof name === 'string' && name !== '') return `${name} without a message`
  const json = attempt(() => JSON.stringify(reason) as unknown)
  return typeof json === 'string' ? `${json} was thrown` : 'a value that cannot be shown was thrown'
}

const fieldOf = (value: unknown, key: string): unknown =>
  attempt(() =>
    typeof value === 'object' && value !== null ? (Reflect.get(value, key) as unknown) : undefined,
  )

function attempt<T>(act: () => T): T | undefined {
  try {
    return act()
  } catch {
    return undefined
  }
}

const cut = (text: string): string => (text.length > longestText ? `${text.slice(0, longestText)}…` : text)
