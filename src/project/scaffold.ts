import * as fs from 'node:fs'
import * as path from 'node:path'
import { objectOf } from '../data/lenient.js'
import { manifestAsText } from './manifest-text.js'
import valid from 'semver/functions/valid.js'
import { slashedFrom } from './slashed.js'
import { camelCase } from '../plugin/name.js'
import { type Files, fillTemplate, readTemplate } from './templates.js'
import { installedFrom, isInstalled, kplugFolder, kplugVersion } from './installation.js'

/** The details of a new project. */
export interface ProjectDetails {
  name: string
  version: string
  description: string
}

/** The files of a new project without plugins. `folder` is its future location, absolute. */
export function projectFiles(details: ProjectDetails, folder: string): Files {
  const files = new Map(
    fillTemplate(readTemplate('project'), {
      'my-plugins': details.name,
      'my-description': details.description,
    }),
  )
  const manifest: { devDependencies: Record<string, string> } = JSON.parse(files.get('package.json') ?? '{}')
  const { name, version, description } = details
  const devDependencies = { ...manifest.devDependencies, kplug: kplugReference(folder) }
  const filled = { ...manifest, name, version, description, devDependencies }
  files.set('package.json', `${JSON.stringify(filled, undefined, 2)}\n`)
  return files
}

/** The files that turn a package into a kplug project: its package.json, and a tsconfig.json if it has none. */
export function initialFiles(folder: string, manifest: Record<string, unknown>): Files {
  const template = readTemplate('project')
  const ours: Record<string, Record<string, string>> = JSON.parse(template.get('package.json') ?? '{}')
  const devDependencies = { ...ours['devDependencies'], kplug: kplugReference(folder) }
  const initialised: Record<string, unknown> = {
    name: defaultProjectName(folder),
    version: '0.1.0',
    ...manifest,
    ...(isEmptyPackage(manifest) && { type: 'module' }),
    scripts: { ...ours['scripts'], ...withoutStub(objectOf(manifest['scripts'])) },
    devDependencies: {
      ...withoutInstalled(devDependencies, manifest),
      ...objectOf(manifest['devDependencies']),
    },
  }
  const text = fs.readFileSync(path.join(folder, 'package.json'), 'utf8')
  const files = new Map([['package.json', manifestAsText(initialised, text)]])
  const tsconfig = template.get('tsconfig.json')
  if (tsconfig !== undefined && !fs.existsSync(path.join(folder, 'tsconfig.json'))) {
    files.set('tsconfig.json', initialised['type'] === 'module' ? tsconfig : forCommonJs(tsconfig))
  }
  return files
}

/** TypeScript refuses the templates' import statements in a CommonJS package, unless they are for a bundler. */
const forCommonJs = (tsconfig: string): string => tsconfig.replace('"nodenext"', '"preserve"')

/**
 * Sets "type" only in a package without code. In a package with code, the existing "type" decides how that code loads.
 */
const isEmptyPackage = (manifest: Record<string, unknown>): boolean =>
  !['type', 'main', 'exports', 'bin'].some(key => key in manifest)

/** `npm init` writes a script "test" that only fails. */
const withoutStub = (scripts: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(scripts).filter(([, script]) => !/^echo .*no test specified/.test(String(script))),
  )

const withoutInstalled = (
  wanted: Record<string, string>,
  manifest: Record<string, unknown>,
): Record<string, string> =>
  Object.fromEntries(Object.entries(wanted).filter(([name]) => !(name in objectOf(manifest['dependencies']))))

/** The dependency on this kplug in package.json: a specifier that npm can install again. */
function kplugReference(folder: string): string {
  const tarball = installedFrom()
  if (tarball !== undefined) return `file:${slashedFrom(folder, tarball)}`
  if (isInstalled()) return `^${kplugVersion()}`
  return `file:${slashedFrom(folder, kplugFolder)}`
}

/** A package name from the name of a folder: `My Plugins` → `my-plugins`. */
export function defaultProjectName(folder: string): string {
  const words = path.basename(folder).normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase()
  const name = words.replace(/[^a-z0-9]+/g, '-').replace(/^-|-$/g, '')
  return projectNameAdvice(name) === undefined ? name : `${camelCase(name).toLowerCase() || 'my'}-plugins`
}

/** Why npm would refuse a package name; undefined if it would not. */
export function projectNameAdvice(name: string): string | undefined {
  const fits = name.length <= 214 && /^(?:@[a-z0-9-][a-z0-9-._]*\/)?[a-z0-9-][a-z0-9-._]*$/.test(name)
  if (fits && !['kplug', 'node_modules', 'favicon.ico'].includes(name)) return undefined
  if (fits)
    return `Invalid project name "${name}": the name is reserved; choose another, for example "my-plugins"`
  return `Invalid project name "${name}": use lower-case letters, digits and hyphens, for example "my-plugins"`
}

/** Why a text is not a valid version of a package; undefined if it is. */
export function projectVersionAdvice(version: string): string | undefined {
  if (valid(version) !== null) return undefined
  return `Invalid project version "${version}": use a semantic version such as "0.1.0"`
}

/** Why a text is not a valid description; undefined if it is. */
export function descriptionAdvice(description: string): string | undefined {
  const length = description.trim().length
  if (length > 0 && length <= 200 && !/[\r\n]/.test(description)) return undefined
  return `Invalid description ${JSON.stringify(description)}: use one line of 1 to 200 characters`
}
