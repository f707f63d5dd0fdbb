import { quoted } from '../errors/words.js'
import type { Kind } from '../plugin/kind.js'
import { nameOf } from '../plugin/name.js'

/** What a problem is about. */
export type Subject =
  | { type: 'plugin'; kind: Kind; name: string }
  /** A key of package.json, such as `['kplug', 'assets']`, or one of the values in its array. */
  | { type: 'setting'; keys: readonly string[]; value?: string }
  /** Several files that cannot all stand. */
  | { type: 'files'; names: readonly string[] }
  | { type: Named; name: string }
  | { type: 'zip' }

/** What is known by its name alone. */
type Named =
  | 'symbol'
  | 'property'
  | 'option'
  | 'file'
  | 'folder'
  | 'manifest'
  | 'executable'
  | 'package'
  | 'comment'

/** Takes either spelling of the plugin's name. */
export const pluginSubject = (kind: Kind, symbol: string): Subject => ({
  type: 'plugin',
  kind,
  name: nameOf(symbol),
})

/** Takes the name as a manifest has it: other tools use names that begin with a capital letter. */
export const namedPlugin = (kind: Kind, name: string): Subject => ({ type: 'plugin', kind, name })

export const named = (type: Named, name: string): Subject => ({ type, name })

export const settingSubject = (...keys: readonly string[]): Subject => ({ type: 'setting', keys })

export const filesSubject = (names: readonly string[]): Subject => ({ type: 'files', names })

export const zipSubject: Subject = { type: 'zip' }

/** A subject as the beginning of a sentence. */
export function subjectAsText(subject: Subject): string {
  switch (subject.type) {
    case 'plugin':
      return `The ${subject.kind} "${subject.name}"`
    case 'setting':
      return settingAsText(subject)
    case 'files':
      return `The files ${quoted(subject.names)}`
    case 'zip':
      return 'The zip'
    default:
      return `The ${subject.type} "${subject.name}"`
  }
}

function settingAsText({ keys, value }: Extract<Subject, { type: 'setting' }>): string {
  const key = keys.join('.')
  return value === undefined
    ? `The key "${key}" of package.json`
    : `The value "${value}" of "${key}" in package.json`
}
