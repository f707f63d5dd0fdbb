import { importPlugin } from '../plugin.js'
import { jsonSchemaOf, type Schema } from '../config/schema.js'
import { messageOf } from '../host.js'
import type { Inspected, InspectionRequest } from './message.js'

// Runs in a process of its own, since what a plugin does when it is loaded is not ours: it takes one file at a time
// from its parent, loads it, and answers what it says of itself.
process.on(
  'message',
  (request: InspectionRequest) => void inspect(request).then(answer => process.send?.(answer)),
)

async function inspect({ file, kind, symbol }: InspectionRequest): Promise<Inspected> {
  try {
    const { config, about } = await importPlugin(file, kind, symbol)
    return { file, about, config: await configSchema(config), hasConfig: config !== undefined }
  } catch (error) {
    return { file, failure: messageOf(error), stack: error instanceof Error ? error.stack : undefined }
  }
}

/** The JSON form of a `config`; zod/mini has none of its own, but zod can read it. */
async function configSchema(config: Schema | undefined): Promise<object | undefined> {
  if (config === undefined) return undefined
  const own = jsonSchemaOf(config)
  if (own !== undefined || config['~standard'].vendor !== 'zod') return own
  const { toJSONSchema } = await import('zod/mini')
  // The vendor says that it is a schema of zod, of whatever copy.
  return toJSONSchema(config as never, { io: 'input', unrepresentable: 'any' })
}
