import { Chalk } from 'chalk'
import { expect, test } from 'vitest'
import { folderProblems } from '../../src/problem/folder-problems.js'
import { at } from '../../src/problem/problem.js'
import { projectProblems } from '../../src/problem/project-problems.js'
import { problemCount, problemsAsText } from '../../src/report/problems.js'

const plain = new Chalk({ level: 0 })
const bundleError = projectProblems.bundleError('Bad')

test('problems are grouped by file, each on a line that an editor can follow', () => {
  const found = [
    at(folderProblems.strayFile('b', 'because'), { file: 'b' }),
    at(bundleError, { file: 'a', line: 10, column: 1 }),
    at(bundleError, { file: 'a', line: 2, column: 5 }),
    bundleError,
  ]
  expect(problemsAsText(found, plain)).toBe(
    [
      'error: Bad [bundle-error]',
      '',
      'a:2:5: error: Bad [bundle-error]',
      'a:10:1: error: Bad [bundle-error]',
      '',
      'b: warning: The file "b" is not a plugin: because [stray-file]',
      '  Rename it, or move it away',
      '',
    ].join('\n'),
  )
  expect(problemsAsText([], plain)).toBe('')
})

test('problems are counted by severity and file', () => {
  const warning = at(folderProblems.strayFile('b', 'because'), { file: 'b' })
  expect(problemCount([at(bundleError, { file: 'a' })])).toBe('1 error in 1 file')
  expect(problemCount([warning, warning, bundleError])).toBe('1 error and 2 warnings in 1 file')
  expect(problemCount([bundleError, bundleError])).toBe('2 errors')
})

test('colours mark what matters', () => {
  expect(problemsAsText([at(bundleError, { file: 'a' })], new Chalk({ level: 1 }))).toBe(
    '\u001b[1ma\u001b[22m: \u001b[31merror\u001b[39m: Bad \u001b[2m[bundle-error]\u001b[22m\n',
  )
})
