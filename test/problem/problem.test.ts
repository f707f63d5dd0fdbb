import { expect, test } from 'vitest'
import { at, compareProblems, problems } from '../../src/problem/problem.js'

test.each([
  [{ values: ['mySource'], asType: false }, 'File exports "mySource": rename it to "MySource"'],
  [
    { values: ['default'], asType: false },
    'File has a default export: export it by name instead, as "MySource"',
  ],
  [
    { values: [], asType: true },
    'File exports "MySource" as a type only: export a class or an object named "MySource"',
  ],
  [
    { values: [], asType: false },
    'File exports nothing to run: export a class or an object named "MySource"',
  ],
  [
    { values: ['config', 'about'], asType: false },
    'File exports nothing to run: export a class or an object named "MySource"',
  ],
  [
    { values: ['Other', 'config'], asType: false },
    'File exports "Other", not "MySource": rename the plugin\'s class to "MySource", or the file after it',
  ],
])('exports %j are answered with what to change', (seen, message) => {
  expect(problems.symbolMissing('MySource', seen).message).toBe(message)
})

test('problems are in the order of severity, file, line and column', () => {
  const error = problems.bundleError('x')
  const warning = at(problems.strayFile('x'), { file: 'a' })
  const ordered = [
    at(error, { file: 'a', line: 2, column: 9 }),
    at(error, { file: 'a', line: 10, column: 1 }),
    at(error, { file: 'a', line: 10, column: 2 }),
    at(error, { file: 'b', line: 1, column: 1 }),
    warning,
  ]
  expect(ordered.toReversed().toSorted(compareProblems)).toEqual(ordered)
})
