import { PassThrough } from 'node:stream'
import { expect, test } from 'vitest'
import { linesOf, LineWriter } from '../../src/run/lines.js'

async function read(chunks: readonly string[], limit?: number): Promise<string[]> {
  const stream = new PassThrough()
  for (const chunk of chunks) stream.write(chunk)
  stream.end()
  const all: string[] = []
  for await (const lines of linesOf(stream, { limit })) all.push(...lines)
  return all
}

test.each([
  ['no line', [], []],
  ['one line without an end', ['a'], ['a']],
  ['a line in three pieces', ['a', 'b', 'c\n'], ['abc']],
  ['lines that end between chunks', ['a\n', 'b\n'], ['a', 'b']],
  ['lines that end within chunks', ['a\nb', 'c\nd'], ['a', 'bc', 'd']],
  ['empty lines', ['\n', '\na\n\n'], ['', '', 'a', '']],
])('lines are read from %s', async (_what, chunks, lines) => {
  expect(await read(chunks)).toEqual(lines)
})

test('a line that is too long is an error before it is in memory', async () => {
  expect(await read(['abc\n', 'abc\n'], 3)).toEqual(['abc', 'abc'])
  await expect(read(['ab', 'cd'], 3)).rejects.toThrow(
    'Cannot read standard input: a line is longer than 3 characters; end each row with a line feed',
  )
})

test('a writer keeps the write that the stream had', async () => {
  const stream = new PassThrough()
  const writer = new LineWriter(stream)
  stream.write = () => {
    throw new Error('led elsewhere')
  }
  void writer.write('a')
  await writer.flush()
  expect(String(stream.read())).toBe('a\n')
})
