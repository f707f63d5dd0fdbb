import type { Form, FormField } from '../plugin/form.js'
import type { Kind } from '../plugin/kind.js'
import { printable } from './printable.js'
import { table } from './table.js'

/** The rows below name and version: description, properties with types and defaults, arguments. */
export function descriptionRows(kind: Kind, form: Form): string[][] {
  const { description, helpUrl, presets, aggregate, example, returns } = form
  const optional: [string, string][] = [
    ['about', description],
    ['help', helpUrl],
    ['presets', presets.join(', ')],
    ['example', kind === 'function' ? example : ''],
    ['returns', kind === 'function' ? returns : ''],
    ['aggregate', aggregate === true ? 'yes' : ''],
  ]
  return optional.filter(([, text]) => text !== '').map(([name, text]) => [name, printable(text)])
}

/** A table of the properties of a source or sink, or of the arguments of a function; empty if there are none. */
export function fieldsAsTable(kind: Kind, { properties, args }: Form): string {
  const fields = kind === 'function' ? args : properties
  if (fields.length === 0) return ''
  const heads = kind === 'function' ? ['ARGUMENT', 'TYPE', ''] : ['PROPERTY', 'TYPE', 'DEFAULT', '']
  const rows = fields.map(field => [
    printable(field.name),
    field.type,
    ...(kind === 'function' ? [] : [defaultOf(field)]),
    printable(kind === 'function' && field.optional ? `(optional) ${field.hint}` : field.hint),
  ])
  return `\n${table([heads, ...rows])}`
}

export const defaultOf = ({ default: value, optional }: FormField): string => {
  if (value !== undefined) return printable(JSON.stringify(value))
  return optional ? '-' : 'required'
}

interface Request {
  method: string
  path: string
  body: object
}

/** Requests as commands for a shell. */
export const requestsAsCommands = (requests: readonly Request[], url: string): string =>
  requests
    .map(({ method, path, body }) => `curl -X ${method} ${url}${path} -d '${quoted(JSON.stringify(body))}'\n`)
    .join('')

const quoted = (text: string): string => text.replaceAll("'", String.raw`'\''`)
