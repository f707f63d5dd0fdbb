import * as fs from 'node:fs'
import * as path from 'node:path'
import { objectOf } from '../data/lenient.js'
import { UsageError } from '../errors/usage-error.js'
import { didYouMean } from '../errors/nearest.js'
import type { Kind } from '../plugin/kind.js'
import { type Name, symbolOf } from '../plugin/name.js'
import { kplugFolder } from './installation.js'
import { slashedFrom } from './slashed.js'

/** Text files by relative path, with `/`. */
export type Files = ReadonlyMap<string, string>

/** A template for a plugin: a folder below `templates/KIND/`. */
export interface Template {
  name: string
  /** What its plugin does. The text follows "a source that …". */
  summary: string
  dependencies?: Record<string, string>
  devDependencies?: Record<string, string>
  /** Patterns for `kplug.assets`. */
  assets?: string[]
}

const description = 'template.json'

/** What the README of a new project says of the plugin. */
const section = 'README.md'

/** The templates of a kind, the plain ones first. */
export const templatesOf = (kind: Kind): Template[] => namesOf(kind).map(name => readDescription(kind, name))

function namesOf(kind: Kind): string[] {
  const names = fs.readdirSync(path.join(kplugFolder, 'templates', kind)).toSorted()
  const plain = ['class', 'instance']
  return [...plain, ...names.filter(name => !plain.includes(name))]
}

function readDescription(kind: Kind, name: string): Template {
  const text = fs.readFileSync(path.join(kplugFolder, 'templates', kind, name, description), 'utf8')
  // The file belongs to kplug, and a test reads every template.
  return { name, ...(JSON.parse(text) as Omit<Template, 'name'>) }
}

export function templateNamed(kind: Kind, name: string): Template {
  const names = namesOf(kind)
  if (names.includes(name)) return readDescription(kind, name)
  const remedy = didYouMean(name, names, `use one of ${names.join(', ')}`)
  throw new UsageError(`Unknown template "${name}" for a ${kind}: ${remedy}`)
}

// npm excludes some dot files from packages, so templates contain them under other names.
const undotted = /^_(?=gitignore$|github\/|vscode\/)/

/** Reads a folder below `templates/`. */
export function readTemplate(name: string): Files {
  const root = path.join(kplugFolder, 'templates', name)
  return new Map(
    fs
      .readdirSync(root, { recursive: true, withFileTypes: true })
      .filter(entry => entry.isFile() && entry.name !== description)
      .map(entry => {
        const file = path.join(entry.parentPath, entry.name)
        return [slashedFrom(root, file), fs.readFileSync(file, 'utf8')] as const
      })
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  )
}

/** Replaces whole words in the paths and texts of a template. */
export function fillTemplate(template: Files, words: Record<string, string>): Files {
  const pattern = new RegExp(`\\b(${Object.keys(words).join('|')})\\b`, 'g')
  const fill = (text: string): string => text.replace(pattern, word => words[word] ?? word)
  return new Map([...template].map(([file, text]) => [fill(file.replace(undotted, '.')), fill(text)]))
}

/** The files of a plugin: its source, its test, and further files of its template. */
export function pluginFiles(kind: Kind, { name, symbol }: Name, from: string): Files {
  const placeholder = `My${symbolOf(kind)}`
  const template = new Map([...readTemplate(`${kind}/${from}`)].filter(([file]) => file !== section))
  const words = wordsOf(kind, { name, symbol })
  const hides = symbol !== placeholder && uses(template, symbol)
  return fillTemplate(hides ? withAlias(template, placeholder) : template, words)
}

/** What the README of a new project says of its first plugin; empty where the template says nothing. */
export function readmeSection(kind: Kind, name: Name, from: string): string {
  const text = readTemplate(`${kind}/${from}`).get(section)
  if (text === undefined) return ''
  return fillTemplate(new Map([[section, `\n${text}`]]), wordsOf(kind, name)).get(section) ?? ''
}

function wordsOf(kind: Kind, { name, symbol }: Name): Record<string, string> {
  const placeholder = `My${symbolOf(kind)}`
  return {
    [placeholder]: symbol,
    [`${placeholder}Plugin`]: `${symbol}Plugin`,
    [`my${symbolOf(kind)}`]: name,
    [`my${symbolOf(kind)}_stream`]: `${name}_stream`,
    [`my${symbolOf(kind)}_rule`]: `${name}_rule`,
  }
}

/** Whether the code of a template uses a symbol itself, for example `Date` or `Source`. */
function uses(template: Files, symbol: string): boolean {
  const word = new RegExp(`\\b${symbol}\\b`)
  return [...template.values()].some(text => word.test(text.replace(/'[^']*'|\/\*\*.*\*\//g, '')))
}

/**
 * Declares the plugin as `MySourcePlugin` and exports it as `MySource`, so that it does not shadow the existing name.
 */
function withAlias(template: Files, symbol: string): Files {
  const alias = `${symbol}Plugin`
  // Except in the path of an import.
  const word = new RegExp(`(?<!/)\\b${symbol}\\b`, 'g')
  const declaration = new RegExp(`export ((?:class|const) ${alias}\\b)`)
  const inSource = (text: string): string =>
    `${text.replaceAll(word, alias).replace(declaration, '$1')}\nexport { ${alias} as ${symbol} }\n`
  const inTest = (text: string): string =>
    text.replaceAll(word, alias).replace(alias, `${symbol} as ${alias}`)
  return new Map(
    [...template].map(([file, text]) => [file, file.startsWith('src/') ? inSource(text) : inTest(text)]),
  )
}

/** Adds to a package.json what a template requires and the project lacks. */
export function withTemplate(
  manifest: Record<string, unknown>,
  { dependencies, devDependencies, assets }: Template,
): Record<string, unknown> {
  const has = (name: string): boolean =>
    ['dependencies', 'devDependencies'].some(key => Object.hasOwn(objectOf(manifest[key]), name))
  const merged = (key: string, more: Record<string, string> = {}): Record<string, unknown> => {
    const missing = Object.entries(more).filter(([name]) => !has(name))
    return missing.length === 0
      ? {}
      : { [key]: { ...objectOf(manifest[key]), ...Object.fromEntries(missing) } }
  }
  return {
    ...manifest,
    ...merged('dependencies', dependencies),
    ...merged('devDependencies', devDependencies),
    ...(assets && { kplug: withAssets(objectOf(manifest['kplug']), assets) }),
  }
}

function withAssets(settings: Record<string, unknown>, assets: readonly string[]): Record<string, unknown> {
  const own: unknown = settings['assets']
  return { ...settings, assets: [...new Set([...(Array.isArray(own) ? (own as unknown[]) : []), ...assets])] }
}
