import { SourceMap } from 'node:module'
import { expect, test } from 'vitest'
import { decodeMappings, encodeMappings, type Segment } from '../../src/package/mappings.js'
import { slimMap } from '../../src/package/slim-map.js'

const author: Segment = { generatedColumn: 4, source: 1, line: 10, column: 8 }
const library: Segment = { generatedColumn: 0, source: 0, line: 900, column: 2 }
const lines = [
  [library],
  [author, { ...library, generatedColumn: 20 }],
  [library],
  [],
  [{ ...author, line: 3 }],
]

const map = {
  version: 3,
  sources: ['zod/v4/core.js', '../../src/functions/Add.ts'],
  sourcesContent: ['a'.repeat(1000), 'b'],
  names: ['x'],
  mappings: encodeMappings(lines),
}

const slim = (): string => slimMap(Buffer.from(JSON.stringify(map))).toString()

test('mappings are decoded as they were encoded', () => {
  expect(decodeMappings(map.mappings)).toEqual(lines)
})

test.each([
  ['AAAA', { generatedColumn: 0, source: 0, line: 0, column: 0 }],
  ['gBADC', { generatedColumn: 16, source: 0, line: -1, column: 1 }],
  ['AAAggC', { generatedColumn: 0, source: 0, line: 0, column: 1024 }],
])('%s is read as the format says', (text, segment) => {
  expect(decodeMappings(text)).toEqual([[segment]])
})

test("the author's lines stay, and lines of packages are removed", () => {
  const { sources } = JSON.parse(slim()) as { sources: string[] }
  expect(sources).toEqual(['../../src/functions/Add.ts', 'packages'])
  const found = new SourceMap(JSON.parse(slim()))
  const at = (line: number, column: number) => found.findEntry(line, column)
  expect(at(1, 6)).toMatchObject({
    originalSource: '../../src/functions/Add.ts',
    originalLine: 10,
    originalColumn: 8,
  })
  expect(at(4, 4)).toMatchObject({ originalSource: '../../src/functions/Add.ts', originalLine: 3 })
  for (const [line, column] of [
    [0, 0],
    [1, 30],
    [2, 5],
  ] as const)
    expect(at(line, column)).toMatchObject({ originalSource: 'packages' })
})

test('source texts are removed', () => {
  expect(slim()).not.toContain('sourcesContent')
  expect(slim()).not.toContain('aaaa')
})
