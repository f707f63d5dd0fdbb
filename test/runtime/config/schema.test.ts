import { describe, expect, test } from 'vitest'
import * as z from 'zod'
import * as mini from 'zod/mini'
import { isSchema, jsonSchemaOf } from '../../../src/runtime/config/schema.js'

describe('the JSON Schema of a config', () => {
  test('is that of its input, with defaults and descriptions', () => {
    const config = z.object({ interval: z.number().default(1000).describe('Milliseconds') })
    expect(jsonSchemaOf(config)).toMatchObject({
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      type: 'object',
      properties: { interval: { type: 'number', default: 1000, description: 'Milliseconds' } },
    })
    expect(jsonSchemaOf(config)).not.toHaveProperty('required')
  })

  test('takes any value where JSON Schema has no type', () => {
    expect(jsonSchemaOf(z.object({ since: z.date() }))).toMatchObject({ properties: { since: {} } })
  })

  test('is undefined for zod/mini, which offers it separately', () => {
    expect(jsonSchemaOf(mini.object({ a: mini.string() }))).toBeUndefined()
  })

  test('is undefined if the library cannot create it', () => {
    const input = () => {
      throw new Error('unsupported')
    }
    const standard = {
      version: 1,
      vendor: 'v',
      validate: () => ({ issues: [] }),
      jsonSchema: { input },
    } as const
    expect(jsonSchemaOf({ '~standard': standard })).toBeUndefined()
  })
})

test.each([
  [z.object({}), true],
  [mini.object({}), true],
  [
    Object.assign(() => true, { '~standard': { version: 1, vendor: 'v', validate: () => ({ value: 1 }) } }),
    true,
  ],
  [{ interval: 1000 }, false],
  [{ '~standard': {} }, false],
  [null, false],
  [undefined, false],
  ['zod', false],
])('%o is a schema: %s', (value, expected) => {
  expect(isSchema(value)).toBe(expected)
})
