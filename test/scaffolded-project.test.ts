import * as path from 'node:path'
import { expect, test } from 'vitest'
import { node, repository } from './binary.js'
import { folderWith } from './folder.js'
import { kplug } from './io.js'
import { linkPackages, tool } from './linked-packages.js'

const kinds = ['source', 'sink', 'function']

/** A project with a plugin of each kind as a class and as an instance, and what npm would have installed in it. */
async function scaffolded(): Promise<string> {
  const folder = folderWith()
  for (const kind of kinds) {
    for (const [shape, ...flags] of [['Class'], ['Instance', '--instance']]) {
      expect(await kplug(folder, 'new', kind, `my${shape}${kind}`, ...flags)).toMatchObject({ code: 0 })
    }
  }
  linkPackages(folder)
  return folder
}

test('the types, the tests and the style of a scaffolded project are right', async () => {
  const folder = await scaffolded()
  const [types, tests, lint] = await Promise.all([
    node(folder, [tool.tsc, '-p', '.']),
    node(folder, [tool.vitest, 'run', '--reporter=json']),
    node(folder, [
      tool.oxlint,
      '-c',
      path.join(repository, '.oxlintrc.json'),
      '--deny-warnings',
      'src',
      'test',
    ]),
  ])
  expect(types).toMatchObject({ code: 0, stdout: '' })
  expect(tests).toMatchObject({ code: 0 })
  expect(JSON.parse(tests.stdout)).toMatchObject({ numPassedTests: 8, numFailedTests: 0, success: true })
  expect(lint).toMatchObject({ code: 0 })
})
