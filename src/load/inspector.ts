import { isObjectLike } from '../data/object.js'
import { pathToFileURL } from 'node:url'
import { type Declaration, declarationOf } from '../runtime/define.js'
import { importPlugin, instantiate, type Plugin } from '../runtime/plugin.js'
import { parseProps } from '../runtime/config/props.js'
import { isSchema, jsonSchemaOf, type Schema } from '../runtime/config/schema.js'
import { missingPackageOf } from '../errors/missing-package.js'
import { messageOf, stackOf } from '../errors/reason.js'
import type { Inspected, InspectionRequest } from './message.js'

// Runs in its own process, because loading a plugin runs foreign code. It receives one file at a time from its parent,
// loads it, and replies with a description.
process.on(
  'message',
  (request: InspectionRequest) => void inspect(request).then(answer => process.send?.(answer)),
)

async function inspect(request: InspectionRequest): Promise<Inspected> {
  const { file, kind, symbol, propertySets = [] } = request
  const seen: Inspected = { file }
  try {
    await look(request, seen)
    const plugin = await importPlugin(file, kind, symbol)
    seen.methods = await methodsOf(() => instantiate(plugin), plugin.exported)
    if (kind === 'function') seen.aggregate = await isAggregate(plugin)
    seen.refusals = await Promise.all(propertySets.map(props => refusalOf(plugin, props)))
    return { ...seen, config: await configSchema(plugin.config) }
  } catch (error) {
    return {
      ...seen,
      failure: messageOf(error),
      missingPackage: missingPackageOf(error),
      stack: stackOf(error),
    }
  }
}

/** An instance that cannot be created here may work on the gateway. If not, the engine gets the error there. */
async function isAggregate(plugin: Plugin): Promise<boolean | undefined> {
  try {
    return (await (await instantiate(plugin)).isAggregate?.()) === true
  } catch {
    return undefined
  }
}

async function refusalOf({ config, kind }: Plugin, props: Record<string, unknown>): Promise<string | null> {
  // Secrets are read on the gateway. Their values are unknown here.
  if (Object.values(props).some(value => typeof value === 'string' && /^(?:env|file):/.test(value)))
    return null
  try {
    await parseProps(config, props, kind)
    return null
  } catch (error) {
    return messageOf(error)
  }
}

async function look({ file, symbol }: InspectionRequest, seen: Inspected): Promise<void> {
  // The exports of a user's file can be anything: read them with care.
  const module = (await import(pathToFileURL(file).href)) as Declaration & Record<string, unknown>
  seen.exportNames = Object.keys(module)
  const { about, config, configurations } = declarationOf(module, symbol)
  seen.hasConfig = config !== undefined
  seen.isSchema = isSchema(config)
  seen.about = about
  seen.configurations = configurations
}

/** A class shows its methods without being called. An instance is created only if the class does not show enough. */
async function methodsOf(make: () => Promise<object>, exported: unknown): Promise<string[]> {
  const declared: unknown = typeof exported === 'function' ? exported.prototype : exported
  const names = functionsOf(declared)
  if (names.some(name => name === 'open' || name === 'collect' || name === 'exec')) return names
  try {
    return functionsOf(await make())
  } catch {
    return names
  }
}

function functionsOf(value: unknown): string[] {
  const names = new Set<string>()
  for (let level = value; isObjectLike(level); level = Object.getPrototypeOf(level)) {
    if (level === Object.prototype) break
    for (const [name, { value: member }] of Object.entries(Object.getOwnPropertyDescriptors(level))) {
      if (typeof member === 'function' && name !== 'constructor') names.add(name)
    }
  }
  return [...names]
}

/** The JSON Schema of a `config`. zod/mini offers no conversion of its own, but zod can convert its schemas. */
async function configSchema(config: Schema | undefined): Promise<object | undefined> {
  if (config === undefined) return undefined
  const own = jsonSchemaOf(config)
  if (own !== undefined || config['~standard'].vendor !== 'zod') return own
  const { toJSONSchema } = await import('./json-schema.js')
  // The vendor identifies a zod schema, whichever copy of zod made it.
  return toJSONSchema(config as never, { io: 'input', unrepresentable: 'any' })
}
