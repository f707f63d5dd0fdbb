import type { InstalledPlugin } from '../plugin/installed.js'
import type { About } from '../plugin/about.js'
import type { Settings } from '../project/project.js'

// What eKuiper's manager shows of a plugin: the forms of its options, its functions' arguments. The fields are those
// of the files that an engine serves at /metadata.

interface JsonProperty {
  type?: string | string[]
  enum?: unknown[]
  const?: unknown
  default?: unknown
  description?: string
  title?: string
  items?: JsonProperty
}

interface ObjectSchema {
  properties?: Record<string, JsonProperty>
  required?: string[]
}

type Text = Record<'en_US', string>

interface Property {
  name: string
  default: unknown
  optional: boolean
  control: string
  type: string
  values?: unknown[]
  hint: Text
  label: Text
}

export interface Described {
  plugin: Pick<InstalledPlugin, 'kind' | 'name'>
  about: About | undefined
  /** The JSON Schema of its `config`. */
  config: object | undefined
}

const text = (english: string): Text => ({ en_US: english })

/** A label made of a key: `clientId` → `Client id`. */
function labelOf(key: string): string {
  const words = key.replace(
    /([a-z0-9])([A-Z])/g,
    (_, before: string, letter: string) => `${before} ${letter.toLowerCase()}`,
  )
  return words.slice(0, 1).toUpperCase() + words.slice(1)
}

function controlOf(property: JsonProperty): Pick<Property, 'control' | 'type' | 'values'> {
  const type = [property.type].flat().find(name => name !== 'null')
  if (property.enum) {
    const numeric = property.enum.every(value => typeof value === 'number')
    return { control: 'select', type: numeric ? 'int' : 'string', values: property.enum }
  }
  switch (type) {
    case 'boolean':
      return { control: 'radio', type: 'bool', values: [true, false] }
    case 'integer':
      return { control: 'text', type: 'int' }
    case 'number':
      return { control: 'text', type: 'float' }
    case 'array':
      return { control: 'list', type: `list_${controlOf(property.items ?? {}).type}` }
    case 'object':
      return { control: 'list', type: 'object' }
    default:
      return { control: 'text', type: 'string' }
  }
}

/** eKuiper reads a list here as a form within the form, and serves nothing of a plugin whose list holds texts. */
const defaultOf = ({ default: value }: JsonProperty): unknown => (Array.isArray(value) ? '' : (value ?? ''))

function propertiesOf(config: object | undefined): Property[] {
  // What a JSON Schema of an object may hold; anything else has no properties to show.
  const { properties = {}, required = [] } = (config ?? {}) as ObjectSchema
  return Object.entries(properties).map(([name, property]) =>
    propertyOf(name, property, required.includes(name)),
  )
}

function propertyOf(name: string, property: JsonProperty, required: boolean): Property {
  return {
    name,
    default: defaultOf(property),
    optional: property.default !== undefined || !required,
    ...controlOf(property),
    hint: text(property.description ?? ''),
    label: text(property.title ?? labelOf(name)),
  }
}

function aboutAsJson(about: About | undefined, { author = {} }: Settings) {
  const { name = '', email = '', company = '', website = '' } = author
  return {
    trial: false,
    author: { name, email, company, website },
    helpUrl: text(about?.helpUrl ?? ''),
    description: text(about?.description ?? ''),
  }
}

const node = (category: string, name: string) => ({ category, icon: 'iconPath', label: text(labelOf(name)) })

const requireAck: Property = {
  name: 'requireAck',
  default: true,
  optional: true,
  control: 'radio',
  type: 'bool',
  values: [true, false],
  hint: text('Wait for the sink after each item: the engine retries and caches only what a sink can refuse'),
  label: text('Require acknowledgement'),
}

/** `sources/S.json`. */
export const sourceMetadata = ({ plugin, about, config }: Described, settings: Settings): object => ({
  about: aboutAsJson(about, settings),
  libs: [],
  dataSource: { default: '', hint: text("The stream's DATASOURCE"), label: text('Data source') },
  properties: { default: propertiesOf(config) },
  node: node('source', plugin.name),
})

/** `sinks/S.json`. */
export const sinkMetadata = ({ plugin, about, config }: Described, settings: Settings): object => ({
  about: aboutAsJson(about, settings),
  libs: [],
  properties: [...propertiesOf(config), requireAck],
  node: node('sink', plugin.name),
})

/** `functions/F.json`. */
export function functionMetadata({ plugin, about }: Described, settings: Settings): object {
  const args = (about?.args ?? []).map(({ name, type, description = '', optional = false }) => ({
    name,
    optional,
    control: 'field',
    type,
    hint: text(description),
    label: text(labelOf(name)),
  }))
  const { type = 'string', description = '' } = about?.returns ?? {}
  const entry = {
    name: plugin.name,
    example: about?.example ?? `${plugin.name}(${args.map(arg => arg.name).join(', ')})`,
    hint: text(about?.description ?? ''),
    args,
    return: { type, hint: text(description) },
    node: node('function', plugin.name),
  }
  return { about: aboutAsJson(about, settings), name: plugin.name, functions: [entry] }
}

/** The defaults of a source's properties: `default:` of `sources/S.yaml`. */
export function defaultsOf(config: object | undefined): Record<string, unknown> {
  const { properties = {} } = (config ?? {}) as ObjectSchema
  return Object.fromEntries(
    Object.entries(properties).flatMap(([name, property]) =>
      property.default === undefined ? [] : [[name, property.default]],
    ),
  )
}
