import { isObject } from '../data/object.js'

// What an engine answers is read with care: fields come and go between its versions.

export const objectOf = (value: unknown): Record<string, unknown> => (isObject(value) ? value : {})

export const textOf = (value: unknown): string => (typeof value === 'string' ? value : '')

export const textsOf = (value: unknown): string[] => (Array.isArray(value) ? value.map(String) : [])

/** Parses JSON that an engine keeps as a text inside its JSON. */
export function parsedObject(text: string): Record<string, unknown> {
  try {
    return objectOf(JSON.parse(text))
  } catch {
    return {}
  }
}
