import { capital } from '../errors/words.js'
import { kplugVersion } from '../project/installation.js'
import type { PluginId } from '../plugin/plugin-id.js'
import type { About, Argument, Text } from '../plugin/about.js'
import type { Settings } from '../project/project.js'

// What eKuiper's manager shows of a plugin: forms for its properties, and the arguments of functions. The fields are
// those of the files that an engine serves at /metadata.

/** A property of a `config`, as JSON Schema. Fields outside the standard come from the schema's `.meta()`. */
interface JsonProperty {
  type?: string | string[]
  enum?: unknown[]
  default?: unknown
  description?: string
  title?: string
  items?: JsonProperty
  properties?: Record<string, JsonProperty>
  required?: string[]
  label?: Text
  hint?: Text
  /** The widget of the form, such as `textarea`. */
  control?: string
  /** Values to choose from, for a property that also accepts others. */
  values?: unknown[]
  /** A password: `env:NAME` and `file:PATH` are read on the gateway. */
  secret?: boolean
  /** Whether the property describes a connection. The manager groups such properties. */
  connection?: boolean
}

/**
 * A text in the format of eKuiper's files. A missing Chinese text is replaced by the English one, because a form shows
 * nothing for a missing text.
 */
interface Translated {
  en_US: string
  zh_CN: string
}

interface FormField {
  name: string
  default: unknown
  optional: boolean
  control: string
  type: string
  values?: unknown[]
  connection_related?: true
  hint: Translated
  label: Translated
}

export interface Described {
  plugin: PluginId
  about: About | undefined
  /** The JSON Schema of its `config`. */
  config: object | undefined
  /** Named configurations of a source, by name. */
  configurations?: Record<string, Record<string, unknown>> | undefined
  /** Whether a function is an aggregate function, if known. */
  aggregate?: boolean | undefined
}

const translated = (text: Text): Translated =>
  typeof text === 'string' ? { en_US: text, zh_CN: text } : { en_US: text.en, zh_CN: text.zh ?? text.en }

/** A label from a key: `clientId` → `Client id`. */
function labelOf(key: string): string {
  const words = key.replace(
    /([a-z0-9])([A-Z])/g,
    (_, before: string, letter: string) => `${before} ${letter.toLowerCase()}`,
  )
  return capital(words)
}

const typeOf = (property: JsonProperty): string | undefined =>
  [property.type].flat().find(name => name !== 'null')

const scalars: Record<string, Pick<FormField, 'control' | 'type' | 'values'>> = {
  boolean: { control: 'radio', type: 'bool', values: [true, false] },
  integer: { control: 'text', type: 'int' },
  number: { control: 'text', type: 'float' },
  object: { control: 'list', type: 'object' },
  string: { control: 'text', type: 'string' },
}

function controlOf(property: JsonProperty): Pick<FormField, 'control' | 'type' | 'values'> {
  const values = property.enum ?? property.values
  if (values) {
    const numeric = values.every(value => typeof value === 'number')
    return { control: 'select', type: numeric ? 'int' : 'string', values }
  }
  const type = typeOf(property) ?? 'string'
  if (type === 'array') return { control: 'list', type: `list_${controlOf(property.items ?? {}).type}` }
  const { control, ...rest } = scalars[type] ?? { control: 'text', type: 'string' }
  return { control: property.secret ? 'password' : control, ...rest }
}

/**
 * The default of a field. The default of an object is a form of its fields. Lists are left out: eKuiper reads a list as
 * fields, and shows no plugin whose list contains strings.
 */
function defaultOf(property: JsonProperty): unknown {
  if (property.properties) {
    return Object.fromEntries(fieldsOf(property).map(field => [field.name, field]))
  }
  return Array.isArray(property.default) ? '' : (property.default ?? '')
}

function fieldsOf({ properties = {}, required = [] }: JsonProperty): FormField[] {
  return Object.entries(properties).map(([name, property]) => ({
    name,
    default: defaultOf(property),
    optional: property.default !== undefined || !required.includes(name),
    ...controlOf(property),
    ...(property.control !== undefined && { control: property.control }),
    ...(property.connection === true && { connection_related: true }),
    hint: translated(property.hint ?? property.description ?? ''),
    label: translated(property.label ?? property.title ?? labelOf(name)),
  }))
}

function aboutAsJson(about: About | undefined, { author = {} }: Settings) {
  const { name = '', email = '', company = '', website = '' } = author
  return {
    trial: false,
    author: { name, email, company, website },
    helpUrl: translated(about?.helpUrl ?? ''),
    description: translated(about?.description ?? ''),
  }
}

const node = (category: string, name: string, about: About | undefined) => ({
  category,
  icon: 'iconPath',
  // For `kplug doctor`: the engine serves this object unchanged, except that its keys are sorted.
  kplug: kplugVersion(),
  label: translated(about?.label ?? labelOf(name)),
})

const requireAck: FormField = {
  name: 'requireAck',
  default: true,
  optional: true,
  control: 'radio',
  type: 'bool',
  values: [true, false],
  hint: translated({
    en: 'Wait for the sink after each item. The engine retries and caches only what the sink can refuse.',
    zh: '每条数据都等待 sink 确认。只有 sink 可以拒绝的数据才会被重试和缓存。',
  }),
  label: translated({ en: 'Require acknowledgement', zh: '需要确认' }),
}

function dataSourceOf(about: About | undefined) {
  const { label = { en: 'Data source', zh: '数据源' }, hint, default: value = '' } = about?.dataSource ?? {}
  return {
    default: value,
    hint: translated(hint ?? { en: 'The DATASOURCE of the stream', zh: '流的 DATASOURCE' }),
    label: translated(label),
  }
}

/** `sources/S.json`. */
const sourceMetadata = ({ plugin, about, config }: Described, settings: Settings): object => ({
  about: aboutAsJson(about, settings),
  libs: [],
  dataSource: dataSourceOf(about),
  properties: { default: fieldsOf(config ?? {}) },
  outputs: [{ label: translated({ en: 'Output', zh: '输出' }), value: 'signal' }],
  node: node('source', plugin.name, about),
})

/** `sinks/S.json`. */
const sinkMetadata = ({ plugin, about, config }: Described, settings: Settings): object => ({
  about: aboutAsJson(about, settings),
  libs: [],
  properties: [...fieldsOf(config ?? {}), requireAck],
  node: node('sink', plugin.name, about),
})

function argumentOf({
  name,
  type,
  label,
  description = '',
  optional = false,
  default: value,
  values,
}: Argument) {
  return {
    name,
    optional,
    control: values ? 'select' : 'field',
    type,
    ...(value !== undefined && { default: value }),
    ...(values && { values }),
    hint: translated(description),
    label: translated(label ?? labelOf(name)),
  }
}

/** `functions/F.json`. */
function functionMetadata({ plugin, about, aggregate }: Described, settings: Settings): object {
  const args = (about?.args ?? []).map(argumentOf)
  const { type = 'string', description = '' } = about?.returns ?? {}
  const entry = {
    name: plugin.name,
    example: about?.example ?? `${plugin.name}(${args.map(arg => arg.name).join(', ')})`,
    ...(aggregate !== undefined && { aggregate }),
    hint: translated(about?.description ?? ''),
    args,
    return: { type, hint: translated(description) },
    node: node('function', plugin.name, about),
  }
  return { about: aboutAsJson(about, settings), name: plugin.name, functions: [entry] }
}

/** The form of a plugin of any kind, as its package contains it. */
export function formOf(described: Described, settings: Settings = {}): object {
  const make = { source: sourceMetadata, sink: sinkMetadata, function: functionMetadata }
  return make[described.plugin.kind](described, settings)
}

/** `sources/S.yaml`: the defaults of a source's properties, and its named configurations. */
export const sourceConfigurations = ({
  config,
  configurations = {},
}: Described): Record<string, Record<string, unknown>> => ({ default: defaultsOf(config), ...configurations })

export function defaultsOf(config: object | undefined): Record<string, unknown> {
  const { properties = {} } = (config ?? {}) as JsonProperty
  return Object.fromEntries(
    Object.entries(properties).flatMap(([name, property]) =>
      property.default === undefined ? [] : [[name, property.default]],
    ),
  )
}
