import { ownField } from '../data/object.js'

/**
 * Replaces `{{.a.b}}` by fields of a row: a string as it is, any other value as JSON. eKuiper passes templates in
 * properties unchanged. Throws for a field that the row does not have, and for any other expression.
 */
export function fillTemplate(template: string, row: unknown): string {
  return template.replaceAll(/\{\{(.*?)\}\}/g, (whole, inside: string) => {
    const path = /^\s*\.([A-Za-z_][\w-]*(?:\.[A-Za-z_][\w-]*)*)\s*$/.exec(inside)?.[1]
    if (path === undefined)
      throw new Error(`Cannot fill "${whole}": only fields such as "{{.a.b}}" can be used`)
    const value = path.split('.').reduce<unknown>(ownField, row)
    if (value === undefined) throw new Error(`Cannot fill "${whole}": the row has no field "${path}"`)
    return typeof value === 'string' ? value : textOf(value)
  })
}

const textOf = (value: unknown): string => (typeof value === 'bigint' ? String(value) : JSON.stringify(value))
