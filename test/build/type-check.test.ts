import { expect, test } from 'vitest'
import { readOutput } from '../../src/build/type-check.js'

test('the compiler’s lines become problems, with what goes on below them', () => {
  const output = [
    "src/sinks/A (1).ts(4,14): error TS2322: Type 'X' is not assignable to type 'Y'.",
    "  Property 'z' is missing in type 'X'.",
    "../lib/b.ts(1,2): error TS1005: ';' expected.",
    'error TS18003: No inputs were found.',
    'Found 3 errors.',
    '/projects/mine/src/sinks/A.ts',
    '/projects/lib/b.ts',
  ].join('\r\n')
  const { found, files } = readOutput(output, '/projects/mine')
  expect(found).toEqual([
    {
      code: 'type-error',
      severity: 'error',
      message: "Type 'X' is not assignable to type 'Y'. (TS2322)\n  Property 'z' is missing in type 'X'.",
      file: 'src/sinks/A (1).ts',
      line: 4,
      column: 14,
    },
    {
      code: 'type-error',
      severity: 'error',
      message: "';' expected. (TS1005)",
      file: '../lib/b.ts',
      line: 1,
      column: 2,
    },
    { code: 'type-error', severity: 'error', message: 'No inputs were found. (TS18003)' },
  ])
  expect(files).toEqual(['src/sinks/A.ts', '../lib/b.ts'])
  expect(readOutput('', '/')).toEqual({ found: [], files: [] })
})
