import { arrayOf, objectOf, objectsOf, textOf } from '../data/lenient.js'
import type { Form, FormField } from '../plugin/form.js'
import type { Kind } from '../plugin/kind.js'

// What eKuiper's manager shows of a plugin: `sources/S.json`, `sinks/S.json`, `functions/F.json`. Files have texts
// under `en_US` and `zh_CN`; the REST API has them under `en` and `zh`.

/**
 * Reads a form, whichever tool made it. Fields that are missing or have another type read as empty. `configurations`
 * are those of a source, by name.
 */
export function readForm(kind: Kind, name: string, value: unknown, configurations?: unknown): Form {
  const form = objectOf(value)
  const about = objectOf(form['about'])
  const own = kind === 'function' ? functionOf(form, name) : {}
  return {
    description: english(about['description']) || english(own['hint']),
    helpUrl: english(about['helpUrl']),
    properties: kind === 'function' ? [] : fieldsOf(propertiesOf(kind, form)).filter(isOfAuthor),
    presets: Object.keys(objectOf(configurations)).filter(key => key !== 'default'),
    aggregate: typeof own['aggregate'] === 'boolean' ? own['aggregate'] : undefined,
    args: fieldsOf(own['args']),
    example: textOf(own['example']),
    returns: textOf(objectOf(own['return'])['type']),
  }
}

/** A file describes several functions. This also reads one entry of the engine's list, or the form of one function. */
function functionOf(form: Record<string, unknown>, name: string): Record<string, unknown> {
  const { functions } = form
  if (!Array.isArray(functions)) return form
  return objectsOf(functions).find(one => one['name'] === name) ?? {}
}

const propertiesOf = (kind: Kind, { properties }: Record<string, unknown>): unknown =>
  kind === 'source' ? objectOf(properties)['default'] : properties

/** The engine adds properties that every sink has. */
const isOfAuthor = ({ name }: FormField): boolean => !engineOwn.has(name)

const engineOwn = new Set(['requireAck'])

const fieldsOf = (fields: unknown): FormField[] =>
  objectsOf(fields).map(field => ({
    name: textOf(field['name']),
    type: textOf(field['type']),
    default: field['default'] === '' || field['default'] === null ? undefined : field['default'],
    optional: field['optional'] === true,
    hint: english(field['hint']),
    values: arrayOf(field['values']),
  }))

function english(value: unknown): string {
  const texts = objectOf(value)
  return textOf(texts['en_US'] ?? texts['en'])
}
