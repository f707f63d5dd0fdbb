import type { Kind } from '../plugin/kind.js'
import type { Form, FormField } from '../plugin/form.js'

/** Requests that try a plugin in an engine, in order: the bodies of POST and PUT by path. */
export interface SampleRequest {
  method: 'POST' | 'PUT'
  path: string
  body: object
}

/** A stream and a rule that use a plugin, with values for its required properties. */
export function sampleOf(kind: Kind, name: string, form: Form): SampleRequest[] {
  const required = form.properties.filter(({ optional }) => !optional)
  const properties = Object.fromEntries(required.map(field => [field.name, valueFor(field)]))
  const streamName = `${name}_stream`
  if (kind === 'source') {
    const options = `TYPE="${name}", DATASOURCE="${name}", FORMAT="json"`
    const query = rule(name, `SELECT * FROM ${streamName}`, { log: {} })
    if (required.length === 0) return [stream(streamName, options), query]
    const key = `${name}_sample`
    const path = `/metadata/sources/${name}/confKeys/${key}`
    return [
      { method: 'PUT', path, body: properties },
      stream(streamName, `${options}, CONF_KEY="${key}"`),
      query,
    ]
  }
  const simulated = stream(streamName, 'TYPE="simulator", DATASOURCE="sample", FORMAT="json"')
  if (kind === 'sink')
    return [
      simulated,
      rule(name, `SELECT * FROM ${streamName}`, { [name]: { sendSingle: true, ...properties } }),
    ]
  const values = form.args.map(field => JSON.stringify(valueFor(field))).join(', ')
  const window = form.aggregate === true ? ' GROUP BY TUMBLINGWINDOW(ss, 1)' : ''
  return [
    simulated,
    rule(name, `SELECT ${name}(${values}) AS value FROM ${streamName}${window}`, { log: {} }),
  ]
}

const stream = (name: string, options: string): SampleRequest => ({
  method: 'POST',
  path: '/streams',
  body: { sql: `CREATE STREAM ${name} () WITH (${options})` },
})

const rule = (name: string, sql: string, action: object): SampleRequest => ({
  method: 'POST',
  path: '/rules',
  body: {
    id: `${name}_rule`,
    sql,
    actions: [action],
    // Without it, the engine discards rows of a fast source, and may block the source forever.
    options: { disableBufferFullDiscard: true },
  },
})

const samples: Record<string, unknown> = {
  int: 1,
  bigint: 1,
  float: 1.5,
  number: 1.5,
  bool: true,
  boolean: true,
}

function valueFor({ type, values, default: byDefault }: FormField): unknown {
  if (byDefault !== undefined) return byDefault
  if (values.length > 0) return values[0]
  if (type.startsWith('list')) return []
  return type === 'object' ? {} : (samples[type] ?? 'text')
}
