import { isObject } from './object.js'

// Reads JSON whose fields differ between versions of its writer: a value of the wrong type reads as empty.

export const objectOf = (value: unknown): Record<string, unknown> => (isObject(value) ? value : {})

export const textOf = (value: unknown): string => (typeof value === 'string' ? value : '')

export const arrayOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : [])

export const textsOf = (value: unknown): string[] => arrayOf(value).map(String)

export const objectsOf = (value: unknown): Record<string, unknown>[] => arrayOf(value).map(objectOf)

/** Parses a JSON text that is a string inside other JSON. */
export function parsedObject(text: string): Record<string, unknown> {
  try {
    return objectOf(JSON.parse(text))
  } catch {
    return {}
  }
}

/** The value of a JSON text. Any other text is a value itself. */
export function jsonOrText(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
