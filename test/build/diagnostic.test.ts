import { expect, test } from 'vitest'
import { isOfSyntax, problemFrom, readOutput } from '../../src/build/diagnostic.js'
import { sentenceOf } from '../../src/problem/problem.js'

test('the compiler’s lines are read with the lines that explain them', () => {
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
      number: 2322,
      lines: ["Type 'X' is not assignable to type 'Y'.", "  Property 'z' is missing in type 'X'."],
      location: { file: 'src/sinks/A (1).ts', line: 4, column: 14 },
    },
    { number: 1005, lines: ["';' expected."], location: { file: '../lib/b.ts', line: 1, column: 2 } },
    { number: 18_003, lines: ['No inputs were found.'], location: {} },
  ])
  expect(found.map(isOfSyntax)).toEqual([false, true, false])
  expect(found.map(problemFrom).map(sentenceOf)).toEqual([
    "Type 'X' is not assignable to type 'Y'. (TS2322)\n  Property 'z' is missing in type 'X'.",
    "';' expected. (TS1005)",
    'No inputs were found. (TS18003)',
  ])
  expect(files).toEqual(['src/sinks/A.ts', '../lib/b.ts'])
  expect(readOutput('', '/')).toEqual({ found: [], files: [] })
})
