import { isObject } from './object.js'

// Reads JSON whose fields come and go between versions of what wrote it: a value of another type is an empty one.

export const objectOf = (value: unknown): Record<string, unknown> => (isObject(value) ? value : {})

export const textOf = (value: unknown): string => (typeof value === 'string' ? value : '')

export const arrayOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : [])

export const textsOf = (value: unknown): string[] => arrayOf(value).map(String)

export const objectsOf = (value: unknown): Record<string, unknown>[] => arrayOf(value).map(objectOf)

/** Parses JSON that lies as a text inside other JSON. */
export function parsedObject(text: string): Record<string, unknown> {
  try {
    return objectOf(JSON.parse(text))
  } catch {
    return {}
  }
}
