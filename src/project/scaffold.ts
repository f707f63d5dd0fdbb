import * as fs from 'node:fs'
import * as path from 'node:path'
import valid from 'semver/functions/valid.js'
import { slashedFrom } from './slashed.js'
import { camelCase, type Name, symbolOf } from '../plugin/name.js'
import type { Kind } from '../plugin/kind.js'
import { isInstalled, kplugFolder, kplugVersion } from './installation.js'

/** Text files by their path, relative and with `/`. */
export type Files = ReadonlyMap<string, string>

/** What a new project says of itself. */
export interface ProjectDetails {
  name: string
  version: string
  description: string
}

// npm leaves some names that begin with a dot out of packages, so templates hold them under others.
const undotted = /^_(?=gitignore$|github\/)/

/** Reads a folder below `templates/`. */
function readTemplate(name: string): Files {
  const root = path.join(kplugFolder, 'templates', name)
  return new Map(
    fs
      .readdirSync(root, { recursive: true, withFileTypes: true })
      .filter(entry => entry.isFile())
      .map(entry => {
        const file = path.join(entry.parentPath, entry.name)
        return [slashedFrom(root, file), fs.readFileSync(file, 'utf8')] as const
      })
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  )
}

/** Replaces whole words in the paths and texts of a template. */
function fillTemplate(template: Files, words: Record<string, string>): Files {
  const pattern = new RegExp(`\\b(${Object.keys(words).join('|')})\\b`, 'g')
  const fill = (text: string): string => text.replace(pattern, word => words[word] ?? word)
  return new Map([...template].map(([file, text]) => [fill(file.replace(undotted, '.')), fill(text)]))
}

/** The files of a plugin: its source and its test. */
export function pluginFiles(kind: Kind, { name, symbol }: Name, instance: boolean): Files {
  const placeholder = `My${symbolOf(kind)}`
  const template = readTemplate(`${kind}/${instance ? 'instance' : 'class'}`)
  const words = {
    [placeholder]: symbol,
    [`${placeholder}Plugin`]: `${symbol}Plugin`,
    [`my${symbolOf(kind)}`]: name,
  }
  const hides = symbol !== placeholder && uses(template, symbol)
  return fillTemplate(hides ? withAlias(template, placeholder) : template, words)
}

/** Whether the code of a template uses a symbol itself, as it does `Date` and `Source`. */
function uses(template: Files, symbol: string): boolean {
  const word = new RegExp(`\\b${symbol}\\b`)
  return [...template.values()].some(text => word.test(text.replace(/'[^']*'|\/\*\*.*\*\//g, '')))
}

/** Declares the plugin as `MySourcePlugin` and exports it as `MySource`, so that it hides nothing of that name. */
function withAlias(template: Files, symbol: string): Files {
  const alias = `${symbol}Plugin`
  // Not in the path of an import.
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

/** The files of a new project without plugins. `folder` is where it will be, absolute. */
export function projectFiles(details: ProjectDetails, folder: string): Files {
  const files = new Map(fillTemplate(readTemplate('project'), { 'my-plugins': details.name }))
  const manifest: { devDependencies: Record<string, string> } = JSON.parse(files.get('package.json') ?? '{}')
  const { name, version, description } = details
  const devDependencies = { ...manifest.devDependencies, kplug: kplugReference(folder) }
  const filled = { ...manifest, name, version, description, devDependencies }
  files.set('package.json', `${JSON.stringify(filled, undefined, 2)}\n`)
  return files
}

/** The kplug that made a project, as its package.json names it: by version, or by folder when it runs from a clone. */
function kplugReference(folder: string): string {
  if (isInstalled()) return `^${kplugVersion()}`
  return `file:${slashedFrom(folder, kplugFolder)}`
}

/** A package name made of a folder's: `My Plugins` → `my-plugins`. */
export function defaultProjectName(folder: string): string {
  const words = path.basename(folder).normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase()
  const name = words.replace(/[^a-z0-9]+/g, '-').replace(/^-|-$/g, '')
  return projectNameAdvice(name) === undefined ? name : `${camelCase(name).toLowerCase() || 'my'}-plugins`
}

/** Why npm would not take a package name; undefined where it would. */
export function projectNameAdvice(name: string): string | undefined {
  const fits = name.length <= 214 && /^(?:@[a-z0-9-][a-z0-9-._]*\/)?[a-z0-9-][a-z0-9-._]*$/.test(name)
  if (fits && !['kplug', 'node_modules', 'favicon.ico'].includes(name)) return undefined
  if (fits) return `Project name "${name}" is taken: choose another, for example "my-plugins"`
  return `Project name "${name}" cannot be an npm package: use small letters, digits and hyphens, for example "my-plugins"`
}

/** Why a text cannot be the version of a package; undefined where it can. */
export function projectVersionAdvice(version: string): string | undefined {
  if (valid(version) !== null) return undefined
  return `Project version "${version}" is not a semantic version: use one such as "0.1.0"`
}

/** Why a text cannot be a description; undefined where it can. */
export function descriptionAdvice(description: string): string | undefined {
  const length = description.trim().length
  if (length > 0 && length <= 200 && !/[\r\n]/.test(description)) return undefined
  return `Description must be one line of 1 to 200 characters, got ${length === 0 ? 'an empty one' : JSON.stringify(description)}`
}
