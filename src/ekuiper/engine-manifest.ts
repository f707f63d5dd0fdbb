import { isObject } from '../data/object.js'
import { type Kind, kinds } from '../plugin/kind.js'
import type { PluginId } from '../plugin/plugin-id.js'

/** `NAME.json`: the manifest that the engine reads from a package. */
export interface EngineManifest {
  /** Only in packages from other tools: the engine requires the name under which the package is installed. */
  name?: string
  version: string
  language: string
  executable: string
  names: Record<Kind, string[]>
}

/** The plugins of a package. */
export const pluginsIn = ({ names }: EngineManifest): PluginId[] =>
  kinds.flatMap(kind => names[kind].map(name => ({ kind, name })))

export const engineManifestFile = (name: string): string => `${name}.json`

export function encodeEngineManifest({ version, language, executable, names }: EngineManifest): string {
  const { source: sources, sink: sinks, function: functions } = names
  return JSON.stringify({ version, language, executable, sources, sinks, functions }, undefined, 2)
}

/**
 * Reads a manifest like the engine: keys are not case-sensitive, null means empty, and a value of another type is an
 * error.
 */
export function decodeEngineManifest(text: string): EngineManifest {
  const values: unknown = JSON.parse(text)
  if (!isObject(values)) throw new TypeError('it is not a JSON object')
  const name = textOf(values, 'name')
  return {
    ...(name === '' ? {} : { name }),
    version: textOf(values, 'version'),
    language: textOf(values, 'language'),
    executable: textOf(values, 'executable'),
    names: {
      source: namesOf(values, 'sources'),
      sink: namesOf(values, 'sinks'),
      function: namesOf(values, 'functions'),
    },
  }
}

const valueOf = (values: object, key: string): unknown =>
  Object.entries(values).findLast(([name]) => name.toLowerCase() === key)?.[1]

function textOf(values: object, key: string): string {
  const value = valueOf(values, key) ?? ''
  if (typeof value === 'string') return value
  throw new TypeError(`"${key}" must be a string`)
}

function namesOf(values: object, key: string): string[] {
  const value = valueOf(values, key) ?? []
  if (Array.isArray(value) && value.every(name => typeof name === 'string')) return value
  throw new TypeError(`"${key}" must be an array of names`)
}
