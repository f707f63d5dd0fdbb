import { isObjectLike } from '../data/object.js'
import { pathToFileURL } from 'node:url'
import type { Kind } from '../plugin/kind.js'
import { nameOf } from '../plugin/name.js'
import { isSchema, type Schema } from './config/schema.js'
import { type Declaration, declarationOf } from './define.js'
import type { Func, Sink, Source } from './contract.js'
import type { About } from '../plugin/about.js'

/** A loaded plugin: what its file exports, and its name. */
export interface Plugin {
  kind: Kind
  name: string
  /** What the file exports under the symbol: a constructor or an instance. */
  exported: unknown
  /** The file's `config`: a Standard Schema, where it exports one. */
  config: Schema | undefined
  about?: About | undefined
}

export type PluginInstance = Source & Sink & Func

const required: Record<Kind, 'open' | 'collect' | 'exec'> = {
  source: 'open',
  sink: 'collect',
  function: 'exec',
}

/** Loads a built file. `revision` loads it again after a change, because Node.js keeps every module. */
export async function importPlugin(file: string, kind: Kind, symbol: string, revision = 0): Promise<Plugin> {
  const url = pathToFileURL(file)
  if (revision > 0) url.searchParams.set('revision', String(revision))
  // What a user's file exports is not known here, so it is checked below.
  const module = (await import(url.href)) as Declaration & Record<string, unknown>
  const exported = module[symbol]
  if (exported === undefined)
    throw new TypeError(`Cannot load ${kind} "${nameOf(symbol)}": ${file} exports no "${symbol}"`)
  const { about, config } = declarationOf(module, symbol)
  return {
    kind,
    name: nameOf(symbol),
    exported,
    config: schemaFrom(config, kind, symbol),
    about,
  }
}

export function schemaFrom(config: unknown, kind: Kind, symbol: string): Schema | undefined {
  if (config === undefined || isSchema(config)) return config
  throw new TypeError(
    `Cannot use "config" of ${kind} "${nameOf(symbol)}": it is not a Standard Schema; use a schema such as z.object({…})`,
  )
}

/** Calls a class with `new`, and any other function without. An object is the instance itself. */
export async function instantiate(plugin: Plugin): Promise<PluginInstance> {
  const { kind, name, exported } = plugin
  const made: unknown = typeof exported === 'function' ? await construct(exported) : exported
  const method = required[kind]
  // Only the required method of the kind is checked. The optional ones are called if they are functions.
  const instance = made as PluginInstance | null
  if (!isObjectLike(instance) || typeof instance[method] !== 'function') {
    throw new TypeError(
      `Cannot run ${kind} "${name}": its ${typeof exported === 'function' ? 'instance' : 'export'} has no method "${method}"`,
    )
  }
  return instance
}

function construct(exported: Function): unknown {
  // A class is known by its prototype, which cannot be assigned to.
  const isClass = Object.getOwnPropertyDescriptor(exported, 'prototype')?.writable === false
  return isClass ? Reflect.construct(exported, []) : Reflect.apply(exported, undefined, [])
}
