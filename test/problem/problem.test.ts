import { expect, test } from 'vitest'
import { bootProblems } from '../../src/problem/boot-problems.js'
import { folderProblems } from '../../src/problem/folder-problems.js'
import { packageProblems } from '../../src/problem/package-problems.js'
import { at, clauseOf, compareProblems, problem, sentenceOf } from '../../src/problem/problem.js'
import { projectProblems, type SeenExports } from '../../src/problem/project-problems.js'
import type { Subject } from '../../src/problem/subject.js'

const exportIt = 'Export a class or an object named "MySource"'

test.each<[exported: SeenExports, sentence: string, remedy: string]>([
  [
    { values: ['mySource'], asType: false },
    'The symbol "MySource" is exported as "mySource"',
    'Rename "mySource" to "MySource"',
  ],
  [
    { values: ['default'], asType: false },
    'The symbol "MySource" is not exported: the file has a default export',
    'Export it by name, as "MySource"',
  ],
  [{ values: [], asType: true }, 'The symbol "MySource" is exported as a type only', exportIt],
  [
    { values: [], asType: false },
    'The symbol "MySource" is not exported, nor anything else that can run',
    exportIt,
  ],
  [
    { values: ['config', 'about'], asType: false },
    'The symbol "MySource" is not exported, nor anything else that can run',
    exportIt,
  ],
  [
    { values: ['Other', 'config'], asType: false },
    'The symbol "MySource" is not exported: the file exports "Other"',
    'Rename the class to "MySource", or rename the file after the class',
  ],
])('exports %j: %s', (exported, sentence, remedy) => {
  const found = projectProblems.symbolMissing('MySource', exported)
  expect([sentenceOf(found), found.remedy]).toEqual([sentence, remedy])
})

test.each<[Subject, string]>([
  [{ type: 'plugin', kind: 'sink', name: 'printer' }, 'The sink "printer" is x'],
  [{ type: 'setting', keys: ['kplug', 'asets'] }, 'The key "kplug.asets" of package.json is x'],
  [
    { type: 'setting', keys: ['kplug', 'assets'], value: 'a/*' },
    'The value "a/*" of "kplug.assets" in package.json is x',
  ],
  [{ type: 'files', names: ['a', 'b'] }, 'The files "a", "b" is x'],
  [{ type: 'property', name: 'interval' }, 'The property "interval" is x'],
  [{ type: 'zip' }, 'The zip is x'],
])('the sentence about %j: %s', (subject, sentence) => {
  expect(sentenceOf(problem('stray-file', subject, { seen: 'is x' }))).toBe(sentence)
})

test('a plugin of a package is named as its manifest names it', () => {
  const named = [
    packageProblems.symbolDuplicate('function', 'Add'),
    packageProblems.hostNotTold('function', 'Add'),
    bootProblems.refused({ kind: 'function', name: 'Add' }, 'x'),
    projectProblems.nameBuiltIn('function', 'Add', '2.0.0'),
  ]
  expect(named.map(({ subject }) => subject)).toEqual(
    named.map(() => ({ type: 'plugin', kind: 'function', name: 'Add' })),
  )
})

test('a message of another program stays unchanged', () => {
  expect(sentenceOf(projectProblems.typeError('Bad'))).toBe('Bad')
})

test('a problem inside another sentence starts with a lower-case letter', () => {
  expect(clauseOf(folderProblems.mapOrphan('X.js.map'))).toBe(
    'the file "X.js.map" is a source map without its built file; remove it',
  )
})

test('problems are in the order of severity, file, line and column', () => {
  const error = projectProblems.bundleError('x')
  const warning = at(folderProblems.strayFile('a', 'x'), { file: 'a' })
  const ordered = [
    at(error, { file: 'a', line: 2, column: 9 }),
    at(error, { file: 'a', line: 10, column: 1 }),
    at(error, { file: 'a', line: 10, column: 2 }),
    at(error, { file: 'b', line: 1, column: 1 }),
    warning,
  ]
  expect(ordered.toReversed().toSorted(compareProblems)).toEqual(ordered)
})
