import type { Kind } from '../plugin/kind.js'
import type { PluginId } from '../plugin/plugin-id.js'
import { isObject } from '../data/object.js'
import { objectOf, objectsOf, textOf } from '../data/lenient.js'
import { type Engine, EngineRefusal } from './engine.js'

// The plugin metadata that an engine serves.

type Configurations = Record<string, Record<string, unknown>>

/** The named configurations of a source or sink, including `default`; empty if the engine has none. */
export async function configurationsOf(
  engine: Engine,
  kind: 'source' | 'sink',
  name: string,
): Promise<Configurations> {
  const answer = objectOf(await known(engine, `/metadata/${kind}s/yaml/${encodeURIComponent(name)}`))
  return Object.fromEntries(Object.entries(answer).map(([key, value]) => [key, objectOf(value)]))
}

/** The engine's version of `sources/S.json`, `sinks/S.json` or one function of a file; undefined if it has none. */
export async function formOf(
  engine: Engine,
  kind: Kind,
  name: string,
): Promise<Record<string, unknown> | undefined> {
  if (kind === 'function') return (await functionForms(engine)).find(form => form['name'] === name)
  const answer = await known(engine, `/metadata/${kind}s/${encodeURIComponent(name)}`)
  return isObject(answer) ? answer : undefined
}

/** The engine's version of each `functions/F.json`. */
async function functionForms(engine: Engine): Promise<Record<string, unknown>[]> {
  const answer = await known(engine, '/metadata/functions')
  return objectsOf(answer).flatMap(({ functions }) => objectsOf(functions))
}

/** Whether functions are aggregate functions, by name, as far as their packages declare it. */
export async function aggregatesOf(engine: Engine): Promise<Map<string, boolean>> {
  const forms = await functionForms(engine)
  return new Map(
    forms.flatMap(({ name, aggregate }) =>
      typeof aggregate === 'boolean' ? [[textOf(name), aggregate]] : [],
    ),
  )
}

/** The default of each property in a source's form. The form is that of the installed version. */
export async function formDefaults(engine: Engine, source: string): Promise<Map<string, unknown>> {
  const { properties } = objectOf(await formOf(engine, 'source', source))
  const fields = objectOf(properties)['default']
  return new Map(objectsOf(fields).map(field => [textOf(field['name']), field['default']]))
}

/** The version of kplug that made a plugin's package, from the package's metadata. */
export async function kplugOf(engine: Engine, plugin: PluginId | undefined): Promise<string | undefined> {
  if (plugin === undefined) return undefined
  const form = await formOf(engine, plugin.kind, plugin.name)
  const { kplug } = objectOf(form?.['node'])
  return typeof kplug === 'string' ? kplug : undefined
}

/** Not every build of eKuiper serves metadata, and none serves metadata of a missing plugin. */
async function known(engine: Engine, path: string): Promise<unknown> {
  try {
    return await engine.json('GET', path)
  } catch (error) {
    if (error instanceof EngineRefusal && error.status !== 401 && error.status !== 403) return undefined
    throw error
  }
}
