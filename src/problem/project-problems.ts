import { folderOf, type Kind } from '../plugin/kind.js'
import { camelCase, symbolOf } from '../plugin/name.js'
import { problem, type Problem, since } from './problem.js'
import { pluginSubject, quoted } from './subject.js'

// What can be wrong with a project: its package.json, and the TypeScript of its plugins.

const manifest = 'package.json'

const engineSetting = { type: 'setting' as const, keys: ['kplug', 'engine'] }

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
    problem('settings-invalid', { type: 'setting', keys }, seen, remedy),
  settingUnused: (keys: readonly string[], value: string, seen: string) =>
    problem('setting-unused', { type: 'setting', keys, value }, seen, 'Remove it'),
  assetRefused: (value: string, seen: string, remedy: string) =>
    problem('asset-refused', { type: 'setting', keys: ['kplug', 'assets'], value }, seen, remedy),
  versionInvalid: (keys: readonly string[], seen: string, remedy: string) =>
    problem('version-invalid', { type: 'setting', keys }, seen, remedy),
  versionMissing: () =>
    problem(
      'version-invalid',
      { type: 'setting', keys: ['version'] },
      'is missing',
      'Add a version, such as "0.1.0"',
    ),
  packageNameInvalid: (name: string | undefined, advice: string) =>
    problem(
      'package-name-invalid',
      { type: 'setting', keys: ['name'] },
      name === undefined ? 'is missing' : `is "${name}", and the package cannot be named after it`,
      `${name === undefined ? 'Add' : 'Change'} the name, or choose one with "--name": ${advice}`,
    ),
  nameInvalid: (file: string, name: string) =>
    problem(
      'name-invalid',
      { type: 'file', name: file },
      `has the name "${name}", which is not camel case`,
      `Rename it to "${symbolOf(camelCase(name) || 'mySource')}"`,
    ),
  nameTaken: (kind: Kind, files: readonly string[]) =>
    problem(
      'name-taken',
      { type: 'files', names: files },
      `are spellings of one ${kind}`,
      'Keep one of them',
    ),
  nameBuiltIn: (kind: Kind, name: string, version: string) => {
    const newer = version === oldestEngine ? '' : ` ${version.replace(/\.0$/, '')} and newer`
    const found = problem(
      'name-built-in',
      { type: 'plugin', kind, name },
      `has the name of a ${kind} that is built into eKuiper${newer}, which would hide one of the two`,
      'Rename it',
    )
    return newer === '' ? found : since(found, version)
  },
  engineOld: (engine: string) =>
    problem(
      'engine-old',
      engineSetting,
      `is "${engine}", and eKuiper before 2.0 reports no state of a package and takes no acknowledgements`,
      'Use eKuiper 2.0 or newer',
    ),
  enginePanics: (engine: string) =>
    problem(
      'engine-panics',
      engineSetting,
      `is "${engine}", and eKuiper 2.0.0 to 2.1.0 panics if a plugin refuses a start after an update`,
      'Use eKuiper 2.1.1 or newer, or update packages with `kplug push` only',
    ),
  engineUntested: (engine: string) =>
    problem(
      'engine-untested',
      engineSetting,
      `is "${engine}", and kplug was not tested with such a version`,
      'Name a version that docs/ekuiper-versions.md lists, or update kplug',
    ),
  folderMisspelt: (folder: string, kind: Kind) =>
    problem(
      'folder-wrong',
      { type: 'folder', name: `src/${folder}` },
      'is not searched for plugins',
      `Rename it to "src/${folderOf(kind)}"`,
    ),
  folderWrong: (kind: Kind, symbol: string, other: Kind, theirs: NeededMethod, ours: NeededMethod) =>
    problem(
      'folder-wrong',
      pluginSubject(kind, symbol),
      `has the method "${theirs.method}" of a ${other}`,
      `Move the file to "${folderOf(other)}", or add ${ours.signature} to "${symbol}"`,
    ),
  symbolMissing: (symbol: string, exports: SeenExports) => {
    const [seen, remedy] = missingSymbol(symbol, exports)
    return problem('symbol-missing', { type: 'symbol', name: symbol }, seen, remedy)
  },
  methodMissing: (kind: Kind, symbol: string, { method, signature }: NeededMethod) =>
    problem(
      'method-missing',
      pluginSubject(kind, symbol),
      `has no method "${method}"`,
      `Add ${signature} to "${symbol}"`,
    ),
  shapeWrong: (kind: Kind, symbol: string, seen: string, remedy: string) =>
    problem('shape-wrong', pluginSubject(kind, symbol), seen, remedy),
  rowWrong: (symbol: string, type: string) =>
    problem(
      'row-wrong',
      pluginSubject('source', symbol),
      `yields ${type}, which is not a row`,
      'Yield an object, such as { value }',
    ),
  typeError: (message: string) => problem('type-error', undefined, message),
  bundleError: (message: string) => problem('bundle-error', undefined, message),
  bundleWarning: (message: string) => problem('bundle-warning', undefined, message),
  decoratorMetadata: () =>
    problem(
      'decorator-metadata',
      { type: 'option', name: 'emitDecoratorMetadata' },
      'has no effect: the bundler drops the types of decorated properties',
      'Name the types in the decorators, and remove the option from tsconfig.json',
    ),
  nativeAddon: (addon: string, packageName: string | undefined) =>
    packageName === undefined
      ? problem(
          'native-addon',
          { type: 'file', name: addon },
          'is a native addon, which cannot be bundled',
          `Move it into a package, and add the package to "kplug.external" in ${manifest}`,
        )
      : problem(
          'native-addon',
          { type: 'package', name: packageName },
          `has the native addon "${addon}", which cannot be bundled`,
          `Add "${packageName}" to "kplug.external" in ${manifest}`,
        ),
  moduleComputed: () =>
    problem(
      'module-computed',
      undefined,
      'A module is loaded by a computed name, and cannot be bundled',
      'Import each module by its name',
    ),
  fileBeside: (expression: string) =>
    problem(
      'file-beside',
      undefined,
      `"${expression}" leads to files beside the module, which are not part of the built file`,
      `Add the files to "kplug.assets" in ${manifest}, and find them with ctx.asset("path")`,
    ),
  configInvalid: (kind: Kind, symbol: string) =>
    problem(
      'config-invalid',
      pluginSubject(kind, symbol),
      'has an export "config" that is not a Standard Schema',
      'Export a schema, such as z.object({…})',
    ),
  configMismatch: (kind: Kind, symbol: string, given: string, wanted: string) =>
    problem(
      'config-mismatch',
      pluginSubject(kind, symbol),
      `has a "config" that gives ${given}, and its configure takes ${wanted}`,
      'Declare the properties of configure as InferConfig<typeof config>',
    ),
  configOpaque: (kind: Kind, symbol: string) =>
    problem(
      'config-opaque',
      pluginSubject(kind, symbol),
      'has a "config" without JSON Schema, so eKuiper gets neither its defaults nor a form',
      'Use a schema library with JSON Schema, such as zod',
    ),
  configOfFunction: (symbol: string) =>
    problem(
      'config-unused',
      pluginSubject('function', symbol),
      'has an export "config", but eKuiper gives functions no properties',
      'Take them as arguments of exec, and remove "config"',
    ),
  configUnused: (kind: Kind, symbol: string) =>
    problem(
      'config-unused',
      pluginSubject(kind, symbol),
      'has an export "config", but no method "configure" that receives the properties',
      `Add configure(${kind === 'source' ? 'dataSource, props' : 'props'}) to "${symbol}", or remove "config"`,
    ),
  configKeyTaken: (name: string, consequence: string) =>
    problem(
      'config-key-taken',
      { type: 'property', name },
      `is used by eKuiper itself: ${consequence}`,
      'Rename it',
    ),
  descriptionMissing: (kind: Kind, symbol: string) =>
    problem(
      'description-missing',
      pluginSubject(kind, symbol),
      'has no description',
      'Export "about" with a description',
    ),
  labelMissing: (property: string) =>
    problem(
      'label-missing',
      { type: 'property', name: property },
      'has no label, and the form is not complete without it',
      'Add `label` to its `.meta()`',
    ),
  translationMissing: (of: string | { kind: Kind; symbol: string }, texts: string) =>
    problem(
      'translation-missing',
      typeof of === 'string' ? { type: 'property', name: of } : pluginSubject(of.kind, of.symbol),
      `has texts without Chinese: ${texts}`,
      'Write them as `{ en, zh }`',
    ),
  ignoreUnknown: (code: string, remedy: string) =>
    problem(
      'ignore-invalid',
      { type: 'comment', name: `kplug-ignore ${code}`.trim() },
      'names no problem',
      remedy,
    ),
  ignoreUnreasoned: (code: string) =>
    problem(
      'ignore-invalid',
      { type: 'comment', name: `kplug-ignore ${code}` },
      'has no reason',
      `Write "// kplug-ignore ${code}: the reason"`,
    ),
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
