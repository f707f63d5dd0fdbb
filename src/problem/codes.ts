import { nearest } from '../errors/nearest.js'

/** How much a problem matters: an error is something that will not work, a warning something that may surprise. */
export type Severity = 'error' | 'warning'

const error = (summary: string) => ({ severity: 'error' as const, summary })
const warning = (summary: string) => ({ severity: 'warning' as const, summary })

/**
 * Every code that a problem can have, with its severity unless a project regrades it. Codes are for ever: reports,
 * `kplug.rules` and comments name them. Each has a paragraph
 * in docs/problems.md, with an example that a test runs.
 */
export const codes = {
  // A project.
  'settings-invalid': error('package.json contains a setting that kplug cannot use'),
  'asset-refused': error('A pattern of assets matches a file that must not be packed'),
  'setting-unused': warning('A setting of package.json has no effect'),
  'engine-old': warning('The package is for an eKuiper that lacks what kplug needs'),
  'engine-panics': warning('The package is for an eKuiper that a plugin can crash'),
  'engine-untested': warning('The package is for an eKuiper that kplug was not tested with'),
  'name-invalid': error('The name of a plugin is not camel case'),
  'name-taken': error('Two files are spellings of one plugin'),
  'name-built-in': error('eKuiper has a built-in plugin of this name'),
  'package-name-invalid': error('The name of the project cannot be the name of its package'),
  'version-invalid': error('A version is missing or cannot be used'),
  'folder-wrong': error('A plugin is in the folder of another kind'),
  'symbol-missing': error('A file does not export its symbol'),
  'method-missing': error('A plugin lacks the method that its kind requires'),
  'shape-wrong': error('A plugin does not fit the type of its kind'),
  'row-wrong': error('A source yields something that is not a row'),
  'type-error': error('TypeScript reports an error'),
  'bundle-error': error('A plugin cannot be bundled'),
  'bundle-warning': warning('The bundler warns of something in a plugin'),
  'decorator-metadata': error('The option "emitDecoratorMetadata" has no effect'),
  'file-beside': error('A plugin looks for files beside its module'),
  'module-computed': error('A plugin loads a module by a computed name'),
  'native-addon': error('A native addon cannot be bundled'),
  'config-invalid': error('The export "config" is not a schema'),
  'config-mismatch': error('The export "config" and "configure" disagree'),
  'config-opaque': warning('The export "config" has no JSON form'),
  'config-unused': warning('The export "config" has no effect'),
  'config-key-taken': warning('A property has a name that eKuiper uses itself'),
  'description-missing': warning('A plugin does not describe itself'),
  'label-missing': warning('A property has no label, and others have one'),
  'translation-missing': warning('A text is in English only, and others are in Chinese too'),
  'ignore-invalid': error('A comment that turns a rule off names no rule, or gives no reason'),
  // A plugins folder.
  'stray-file': warning('A file is not a plugin'),
  'file-unreadable': warning('A file cannot be read'),
  'map-orphan': warning('A source map has no built file'),
  'two-spellings': warning('Two files are one version of one plugin'),
  'case-clash': warning('Names differ in letter case only'),
  'engine-order': warning('eKuiper orders the versions of a plugin differently'),
  // A built file, loaded in a process of its own.
  'load-failed': error('A built file throws when it is loaded'),
  'load-dependency': error('A built file requires a package that is not included'),
  'load-hang': error('A built file does not finish loading'),
  'load-exit': error('A built file ends the process when it is loaded'),
  'load-memory': error('A built file takes too much memory when it is loaded'),
  'load-server': error('A built file opens a server when it is loaded'),
  // A package.
  'zip-unreadable': error('The file is not a complete zip'),
  'zip-too-large': error('A zip exceeds the size limits'),
  'zip-path': error('A path of a zip leads out of the package'),
  'zip-link': error('A zip contains a link'),
  'zip-duplicate': error('Two files of a zip have one name'),
  'zip-encoding': error('A file of a zip is packed in a way that eKuiper cannot read'),
  'zip-checksum': error('A file of a zip is damaged'),
  'zip-parent': error('A zip has no entry for the folder of a file'),
  'manifest-missing': error('A package has no manifest'),
  'manifest-invalid': error('The manifest of a package cannot be read'),
  'language-unsupported': error('The manifest names a language that eKuiper does not run'),
  'symbols-missing': error('A package has no plugins'),
  'symbol-duplicate': error('A package names a plugin twice'),
  'executable-missing': error('The executable of a package is missing'),
  'executable-mode': error('The executable of a package may not be executed'),
  'executable-format': error('The executable of a package cannot be started'),
  'defaults-missing': error('A source has no file of default properties'),
  'defaults-invalid': error('The default properties of a source cannot be read'),
  'package-file-missing': error('A package lacks a file that its host requires'),
  'package-file-changed': error('A package was changed after it was packed'),
  'native-machine': error('The native code of a package is for another machine or Node.js'),
  // A package at work.
  'boot-failed': error('The process of a package ends before its handshake'),
  'boot-silent': error('The process of a package sends no handshake'),
  'boot-refused': error('A plugin cannot be started'),
  'boot-unreachable': warning('A plugin needs a network or a device that is out of reach'),
  'boot-hang': error('A plugin does not respond when it is started or stopped'),
} satisfies Record<string, { severity: Severity; summary: string }>

export type Code = keyof typeof codes

// The table's own keys are all that it has.
export const allCodes = Object.keys(codes) as Code[]

export const isCode = (text: string): text is Code => Object.hasOwn(codes, text)

/** Where the documentation explains a code. */
export const docsOf = (code: Code): string => `docs/problems.md#${code}`

/** What to write instead of a text that is not a code. */
export function codeAdvice(text: string): string {
  const meant = nearest(text, allCodes)
  return meant === undefined ? 'Use a code that docs/problems.md lists' : `Write "${meant}"`
}
