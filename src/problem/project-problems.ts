import { quoted } from '../errors/words.js'
import { folderOf, type Kind } from '../plugin/kind.js'
import { camelCase, symbolOf } from '../plugin/name.js'
import { problem, type Problem } from './problem.js'
import { filesSubject, named, namedPlugin, pluginSubject, settingSubject, type Subject } from './subject.js'

// What can be wrong with a project: its package.json, and the TypeScript of its plugins.

const settingValue = (key: string, value: string): Subject => ({
  type: 'setting',
  keys: ['kplug', key],
  value,
})

const engineSetting = settingSubject('kplug', 'engine')

// What it has built in, every version has that kplug supports.
const oldestEngine = '2.0.0'

/** What a file was found to export. */
export interface SeenExports {
  values: readonly string[]
  /** Whether the symbol is exported as a type only, which leaves nothing to run. */
  asType: boolean
}

/** The method that the plugins of a kind cannot do without, as one writes it: `open(ctx)`. */
export interface NeededMethod {
  method: string
  signature: string
}

export const projectProblems = {
  settingInvalid: (keys: readonly string[], seen: string, remedy: string) =>
    problem('settings-invalid', settingSubject(...keys), { seen, remedy }),
  settingUnused: (key: 'assets' | 'external', value: string, seen: string) =>
    problem('setting-unused', settingValue(key, value), { seen, remedy: 'Remove it' }),
  assetRefused: (value: string, seen: string, remedy: string) =>
    problem('asset-refused', settingValue('assets', value), { seen, remedy }),
  versionInvalid: (keys: readonly string[], seen: string, remedy: string) =>
    problem('version-invalid', settingSubject(...keys), { seen, remedy }),
  versionMissing: () =>
    problem('version-invalid', settingSubject('version'), {
      seen: 'is missing',
      remedy: 'Add a version, such as "0.1.0"',
    }),
  packageNameInvalid: (name: string | undefined, advice: string) =>
    problem('package-name-invalid', settingSubject('name'), {
      seen: name === undefined ? 'is missing' : `is "${name}", and the package cannot be named after it`,
      remedy: `${name === undefined ? 'Add' : 'Change'} the name, or choose one with "--name": ${advice}`,
    }),
  nameInvalid: (file: string, name: string) =>
    problem('name-invalid', named('file', file), {
      seen: `has the name "${name}", which is not camel case`,
      remedy: `Rename it to "${symbolOf(camelCase(name) || 'mySource')}"`,
    }),
  nameTaken: (kind: Kind, files: readonly string[]) =>
    problem('name-taken', filesSubject(files), {
      seen: `are spellings of one ${kind}`,
      remedy: 'Keep one of them',
    }),
  nameBuiltIn: (kind: Kind, name: string, version: string) => {
    const newer = version === oldestEngine ? '' : ` ${version.replace(/\.0$/, '')} and newer`
    return problem('name-built-in', namedPlugin(kind, name), {
      seen: `has the name of a ${kind} that is built into eKuiper${newer}, which would hide one of the two`,
      remedy: 'Rename it',
      ...(newer === '' ? {} : { versions: `>=${version}` }),
    })
  },
  engineOld: (engine: string) =>
    problem('engine-old', engineSetting, {
      seen: `is "${engine}", and eKuiper before 2.0 reports no state of a package and takes no acknowledgements`,
      remedy: 'Use eKuiper 2.0 or newer',
    }),
  enginePanics: (engine: string) =>
    problem('engine-panics', engineSetting, {
      seen: `is "${engine}", and eKuiper 2.0.0 to 2.1.0 panics if a plugin refuses a start after an update`,
      remedy: 'Use eKuiper 2.1.1 or newer, or update packages with `kplug push` only',
    }),
  engineUntested: (engine: string) =>
    problem('engine-untested', engineSetting, {
      seen: `is "${engine}", and kplug was not tested with such a version`,
      remedy: 'Name a version that docs/ekuiper-versions.md lists, or update kplug',
    }),
  folderMisspelt: (folder: string, kind: Kind) =>
    problem('folder-wrong', named('folder', `src/${folder}`), {
      seen: 'is not searched for plugins',
      remedy: `Rename it to "src/${folderOf(kind)}"`,
    }),
  folderWrong: (kind: Kind, symbol: string, other: Kind, theirs: NeededMethod, ours: NeededMethod) =>
    problem('folder-wrong', pluginSubject(kind, symbol), {
      seen: `has the method "${theirs.method}" of a ${other}`,
      remedy: `Move the file to "${folderOf(other)}", or add ${ours.signature} to "${symbol}"`,
    }),
  symbolMissing: (symbol: string, exports: SeenExports) => {
    const [seen, remedy] = missingSymbol(symbol, exports)
    return problem('symbol-missing', named('symbol', symbol), { seen, remedy })
  },
  methodMissing: (kind: Kind, symbol: string, { method, signature }: NeededMethod) =>
    problem('method-missing', pluginSubject(kind, symbol), {
      seen: `has no method "${method}"`,
      remedy: `Add ${signature} to "${symbol}"`,
    }),
  shapeWrong: (kind: Kind, symbol: string, seen: string, remedy: string) =>
    problem('shape-wrong', pluginSubject(kind, symbol), { seen, remedy }),
  rowWrong: (symbol: string, type: string) =>
    problem('row-wrong', pluginSubject('source', symbol), {
      seen: `yields ${type}, which is not a row`,
      remedy: 'Yield an object, such as { value }',
    }),
  typeError: (message: string) => problem('type-error', undefined, { seen: message }),
  bundleError: (message: string, remedy?: string) =>
    problem('bundle-error', undefined, { seen: message, remedy }),
  bundleWarning: (message: string) => problem('bundle-warning', undefined, { seen: message }),
  decoratorMetadata: () =>
    problem('decorator-metadata', named('option', 'emitDecoratorMetadata'), {
      seen: 'has no effect: the bundler drops the types of decorated properties',
      remedy: 'Name the types in the decorators, and remove the option from tsconfig.json',
    }),
  nativeAddon: (addon: string, packageName: string | undefined) =>
    packageName === undefined
      ? problem('native-addon', named('file', addon), {
          seen: 'is a native addon, which cannot be bundled',
          remedy: `Move it into a package, and add the package to "kplug.external" in package.json`,
        })
      : problem('native-addon', named('package', packageName), {
          seen: `has the native addon "${addon}", which cannot be bundled`,
          remedy: `Add "${packageName}" to "kplug.external" in package.json`,
        }),
  moduleComputed: () =>
    problem('module-computed', undefined, {
      seen: 'A module is loaded by a computed name, and cannot be bundled',
      remedy: 'Import each module by its name',
    }),
  fileBeside: (expression: string) =>
    problem('file-beside', undefined, {
      seen: `"${expression}" leads to files beside the module, which are not part of the built file`,
      remedy: `Add the files to "kplug.assets" in package.json, and find them with ctx.asset("path")`,
    }),
  configInvalid: (kind: Kind, symbol: string) =>
    problem('config-invalid', pluginSubject(kind, symbol), {
      seen: 'has an export "config" that is not a Standard Schema',
      remedy: 'Export a schema, such as z.object({…})',
    }),
  configMismatch: (kind: Kind, symbol: string, given: string, wanted: string) =>
    problem('config-mismatch', pluginSubject(kind, symbol), {
      seen: `has a "config" that gives ${given}, and its configure takes ${wanted}`,
      remedy: 'Declare the properties of configure as InferConfig<typeof config>',
    }),
  configOpaque: (kind: Kind, symbol: string) =>
    problem('config-opaque', pluginSubject(kind, symbol), {
      seen: 'has a "config" without JSON Schema, so eKuiper gets neither its defaults nor a form',
      remedy: 'Use a schema library with JSON Schema, such as zod',
    }),
  configOfFunction: (symbol: string) =>
    problem('config-unused', pluginSubject('function', symbol), {
      seen: 'has an export "config", but eKuiper gives functions no properties',
      remedy: 'Take them as arguments of exec, and remove "config"',
    }),
  configUnused: (kind: Kind, symbol: string) =>
    problem('config-unused', pluginSubject(kind, symbol), {
      seen: 'has an export "config", but no method "configure" that receives the properties',
      remedy: `Add configure(${kind === 'source' ? 'dataSource, props' : 'props'}) to "${symbol}", or remove "config"`,
    }),
  configKeyTaken: (name: string) =>
    problem('config-key-taken', named('property', name), {
      seen: `is used by eKuiper itself: ${name === 'interval' ? 'it then drops all but one row in each interval' : 'there it has another meaning'}`,
      remedy: 'Rename it',
    }),
  descriptionMissing: (kind: Kind, symbol: string) =>
    problem('description-missing', pluginSubject(kind, symbol), {
      seen: 'has no description',
      remedy: 'Export "about" with a description',
    }),
  labelMissing: (property: string) =>
    problem('label-missing', named('property', property), {
      seen: 'has no label, and the form is not complete without it',
      remedy: 'Add `label` to its `.meta()`',
    }),
  translationMissing: (of: string | { kind: Kind; symbol: string }, texts: string) =>
    problem(
      'translation-missing',
      typeof of === 'string' ? named('property', of) : pluginSubject(of.kind, of.symbol),
      { seen: `has texts without Chinese: ${texts}`, remedy: 'Write them as `{ en, zh }`' },
    ),
  ignoreUnknown: (code: string, remedy: string) =>
    problem('ignore-invalid', named('comment', `kplug-ignore ${code}`.trim()), {
      seen: 'names no problem',
      remedy,
    }),
  ignoreUnreasoned: (code: string) =>
    problem('ignore-invalid', named('comment', `kplug-ignore ${code}`), {
      seen: 'has no reason',
      remedy: `Write "// kplug-ignore ${code}: the reason"`,
    }),
} satisfies Record<string, (...facts: never[]) => Problem>

/** What a file exports instead of its symbol, and what to change. */
function missingSymbol(symbol: string, { values, asType }: SeenExports): [seen: string, remedy: string] {
  const exportIt = `Export a class or an object named "${symbol}"`
  if (asType) return ['is exported as a type only', exportIt]
  const misspelt = values.find(value => value.toLowerCase() === symbol.toLowerCase())
  if (misspelt !== undefined) return [`is exported as "${misspelt}"`, `Rename "${misspelt}" to "${symbol}"`]
  if (values.includes('default'))
    return ['is not exported: the file has a default export', `Export it by name, as "${symbol}"`]
  const candidates = values.filter(value => value !== 'config' && value !== 'about')
  if (candidates.length === 0) return ['is not exported, nor anything else that can run', exportIt]
  return [
    `is not exported: the file exports ${quoted(candidates)}`,
    `Rename the class to "${symbol}", or rename the file after the class`,
  ]
}
