import type { Form } from '../plugin/form.js'
import type { PluginId } from '../plugin/plugin-id.js'
import { didYouMean } from '../errors/nearest.js'
import { quoted } from '../errors/words.js'
import type { Io } from '../io.js'
import { say } from './say.js'

/** A plugin with its description, wherever it is. */
export interface Described extends PluginId {
  /** Name, version and the like. */
  rows: string[][]
  json: object
  /** Undefined if it is unknown. */
  form: Form | undefined
}

/** Reports that a plugin does not exist, with a similar name or with the place to look at. */
export function missing(
  io: Io,
  { kind, name }: PluginId,
  others: readonly { name: string }[],
  place: string,
  see?: string,
): undefined {
  const names = others.map(other => other.name)
  const has = names.length === 0 ? `no ${kind}` : quoted(names)
  const remedy = didYouMean(name, names, see === undefined ? `it has ${has}` : `see "${see}"`)
  say(io, `No ${kind} "${name}" in ${place}: ${remedy}`)
  return undefined
}
