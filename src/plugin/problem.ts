import type { Kind } from './kind.js'
import { nameAdvice } from './name.js'

/** A finding about the user's plugins. Codes are for ever; the prose may improve. */
export interface Problem {
  code: Code
  severity: 'error' | 'warning'
  /** One sentence: what is wrong, with the value seen, and what would do. */
  message: string
  /** Where it is: relative to the project or plugins folder, with `/`; lines and columns count from 1. */
  file?: string
  line?: number
  column?: number
}

export interface Place {
  file?: string
  line?: number
  column?: number
}

const error = <C extends string>(code: C, message: string) => ({ code, severity: 'error' as const, message })
const warning = <C extends string>(code: C, message: string) => ({
  code,
  severity: 'warning' as const,
  message,
})

const list = (values: readonly string[]): string => values.map(value => `"${value}"`).join(', ')

/** Every problem that kplug can find, each made from the values that its sentence shows. */
export const problems = {
  nameInvalid: (text: string) => error('name-invalid', nameAdvice(text)),
  nameTaken: (kind: Kind, files: readonly string[]) =>
    error('name-taken', `The files ${list(files)} are spellings of one ${kind}: keep one of them`),
  versionInvalid: (advice: string) => error('version-invalid', advice),
  symbolMissing: (symbol: string, seen: SeenExports) =>
    error('symbol-missing', `File ${exportsAdvice(symbol, seen)}`),
  typeError: (code: string, message: string) => error('type-error', `${message} (${code})`),
  bundleError: (message: string) => error('bundle-error', message),
  nativeAddon: (addon: string, packageName: string | undefined) =>
    error(
      'native-addon',
      packageName === undefined
        ? `Native addon "${addon}" cannot be bundled: move it into a package and name that in "kplug.external" of package.json`
        : `Package "${packageName}" has the native addon "${addon}", which cannot be bundled: add "${packageName}" to "kplug.external" of package.json`,
    ),
  nameBuiltIn: (kind: Kind, name: string) =>
    error(
      'name-built-in',
      `eKuiper has a ${kind} "${name}" built in, and one of the two would be hidden: rename yours`,
    ),
  loadFailed: (reason: string) => error('load-failed', `The built file cannot be loaded: ${reason}`),
  strayFile: (reason: string) => warning('stray-file', `File is not a plugin: ${reason}`),
  fileUnreadable: (reason: string) => warning('file-unreadable', `File cannot be read: ${reason}`),
  packageUnreadable: (reason: string) => warning('package-unreadable', `Package cannot be read: ${reason}`),
  twoSpellings: (files: readonly string[], used: string) =>
    warning('two-spellings', `The files ${list(files)} are spellings of one plugin: "${used}" takes effect`),
  caseClash: (files: readonly string[]) =>
    warning('case-clash', `The files ${list(files)} differ in letter case only: rename one of the plugins`),
  engineOrder: (kind: Kind, name: string, ours: string, engines: string) =>
    warning(
      'engine-order',
      `eKuiper itself takes "${engines}" of ${kind} "${name}", since it orders versions as text; the latest is "${ours}"`,
    ),
}

type Code = ReturnType<(typeof problems)[keyof typeof problems]>['code']

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
