import { type Kind, kinds, parseKind } from '../plugin/kind.js'
import { type Name, nameAdvice, parseName } from '../plugin/name.js'
import { didYouMean, nearest } from '../errors/nearest.js'
import { UsageError } from '../errors/usage-error.js'
import { quoted } from '../errors/words.js'

export const caOption = [
  '--ca <file>',
  'certificate file of the authority that signed the certificate of the engine',
] as const

/** The actions of `kplug state`. */
export const stateActions = ['list', 'show', 'clear'] as const

/** The word, if it is one of those that are allowed. */
export function oneOf<T extends string>(noun: string, words: readonly T[], text: string): T {
  const word = words.find(known => known === text)
  if (word !== undefined) return word
  throw new UsageError(`Unknown ${noun} "${text}": ${didYouMean(text, words, `use one of ${quoted(words)}`)}`)
}

/** Parses the number of an option. */
export const numeric =
  (noun: string, form: RegExp, allowed: string) =>
  (text: string): number => {
    if (form.test(text)) return Number(text)
    throw new UsageError(`Invalid ${noun} "${text}": use ${allowed}`)
  }

/** A decimal number above 0. */
export const positive = /^(?=.*[1-9])\d{1,6}(\.\d+)?$/

/** Collects the values of an option that is repeatable. */
export const gathered = (value: string, before: string[] = []): string[] => [...before, value]

/** Parses the text of an option, unless there is advice against it. */
export const checked =
  (advice: (text: string) => string | undefined) =>
  (text: string): string => {
    const reason = advice(text)
    if (reason === undefined) return text
    throw new UsageError(reason)
  }

/** The first of these options that was given, as it is typed: `--dead-letters` for `deadLetters`. */
export function givenOption<O extends object>(
  options: O,
  names: readonly (keyof O & string)[],
): string | undefined {
  const name = names.find(one => options[one] !== undefined)
  return name && `--${name.replace(/[A-Z]/g, letter => `-${letter.toLowerCase()}`)}`
}

/** Why a word is not a plugin kind; undefined if it is. */
export function kindAdvice(text: string): string | undefined {
  if (parseKind(text)) return undefined
  const meant = nearest(text, kinds)
  const remedy =
    meant === undefined
      ? `use one of ${quoted(kinds)}`
      : `did you mean "${meant}"? The kinds are ${quoted(kinds)}`
  return `Unknown kind "${text}": ${remedy}`
}

export function kindFrom(text: string): Kind {
  const kind = parseKind(text)
  if (kind) return kind
  throw new UsageError(kindAdvice(text))
}

/** File systems limit file names to about this length. */
const longestName = 200

export function nameFrom(text: string): Name {
  if (text.length > longestName) {
    throw new UsageError(`Invalid plugin name "${text}": use ${longestName} characters at most`)
  }
  const name = parseName(text)
  if (name) return name
  throw new UsageError(nameAdvice(text))
}
