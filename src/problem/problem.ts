import type { Code, Severity } from './codes.js'
import type { Kind } from '../plugin/kind.js'
import { makeProblem } from './make-problem.js'
import { camelCase, nameAdvice, symbolOf } from '../plugin/name.js'

/** A finding about the user's plugins. Codes are for ever; the prose may improve. */
export interface Problem {
  code: Code
  severity: Severity
  /** One sentence: what is wrong, with the value seen, and what would do. */
  message: string
  /** What would do, by itself. */
  remedy?: string
  /** Where it is: relative to the project or plugins folder, with `/`; lines and columns count from 1. */
  file?: string
  line?: number
  column?: number
  /** What eKuiper answers who installs it all the same; its own paths are written as `…`. */
  engine?: string
}

export interface Place {
  file?: string
  line?: number
  column?: number
}

const list = (values: readonly string[]): string => values.map(value => JSON.stringify(value)).join(', ')

/** Every problem of names, versions, sources and folders, each made from the values that its sentence shows. */
export const problems = {
  nameInvalid: (text: string) =>
    makeProblem(
      'name-invalid',
      nameAdvice(text),
      `rename it to "${symbolOf(camelCase(text) || 'mySource')}"`,
    ),
  nameTaken: (kind: Kind, files: readonly string[]) =>
    makeProblem(
      'name-taken',
      `The files ${list(files)} are spellings of one ${kind}: keep one of them`,
      'keep one of them',
    ),
  versionInvalid: (advice: string) => makeProblem('version-invalid', advice, afterColon(advice)),
  symbolMissing: (symbol: string, seen: SeenExports) => {
    const advice = exportsAdvice(symbol, seen)
    return makeProblem('symbol-missing', `File ${advice}`, afterColon(advice))
  },
  typeError: (code: string, message: string) => makeProblem('type-error', `${message} (${code})`),
  bundleError: (message: string) => makeProblem('bundle-error', message),
  nativeAddon: (addon: string, packageName: string | undefined) => {
    const sentence =
      packageName === undefined
        ? `Native addon "${addon}" cannot be bundled: move it into a package and name that in "kplug.external" of package.json`
        : `Package "${packageName}" has the native addon "${addon}", which cannot be bundled: add "${packageName}" to "kplug.external" of package.json`
    return makeProblem('native-addon', sentence, afterColon(sentence))
  },
  nameBuiltIn: (kind: Kind, name: string) =>
    makeProblem(
      'name-built-in',
      `eKuiper has a ${kind} "${name}" built in, and one of the two would be hidden: rename yours`,
      'rename yours',
    ),
  strayFile: (reason: string) => makeProblem('stray-file', `File is not a plugin: ${reason}`),
  fileUnreadable: (reason: string) => makeProblem('file-unreadable', `File cannot be read: ${reason}`),
  packageUnreadable: (reason: string) =>
    makeProblem('zip-unreadable', `The package cannot be read: ${reason}`),
  twoSpellings: (files: readonly string[], used: string) =>
    makeProblem(
      'two-spellings',
      `The files ${list(files)} are spellings of one plugin: "${used}" takes effect`,
      'remove the others',
    ),
  caseClash: (files: readonly string[]) =>
    makeProblem(
      'case-clash',
      `The files ${list(files)} differ in letter case only: rename one of the plugins`,
      'rename one of the plugins',
    ),
  engineOrder: (kind: Kind, name: string, ours: string, engines: string) =>
    makeProblem(
      'engine-order',
      `eKuiper itself takes ${list([engines])} of ${kind} "${name}", since it orders versions as text; the latest is ${list([ours])}`,
      `remove the version ${list([engines])}`,
    ),
}

/** The part of a sentence that says what would do. */
const afterColon = (sentence: string): string | undefined => /: ([^:]*)$/.exec(sentence)?.[1]

export const at = (problem: Problem, place: Place): Problem => ({ ...problem, ...place })

/** What a file was found to export. */
export interface SeenExports {
  values: readonly string[]
  /** Whether the symbol is exported as a type only, which leaves nothing to run. */
  asType: boolean
}

function exportsAdvice(symbol: string, { values, asType }: SeenExports): string {
  if (asType) return `exports "${symbol}" as a type only: export a class or an object named "${symbol}"`
  const misspelt = values.find(value => value.toLowerCase() === symbol.toLowerCase())
  if (misspelt !== undefined) return `exports "${misspelt}": rename it to "${symbol}"`
  if (values.includes('default')) {
    return `has a default export: export it by name instead, as "${symbol}"`
  }
  const candidates = values.filter(value => value !== 'config' && value !== 'about')
  if (candidates.length === 0) return `exports nothing to run: export a class or an object named "${symbol}"`
  return `exports ${list(candidates)}, not "${symbol}": rename the plugin's class to "${symbol}", or the file after it`
}

export const isError = (problem: Problem): boolean => problem.severity === 'error'

/** By file and place; errors before warnings. */
export function compareProblems(a: Problem, b: Problem): number {
  return (
    Number(isError(b)) - Number(isError(a)) ||
    (a.file ?? '').localeCompare(b.file ?? '', 'en') ||
    (a.line ?? 0) - (b.line ?? 0) ||
    (a.column ?? 0) - (b.column ?? 0)
  )
}
