import * as fs from 'node:fs'
import * as path from 'node:path'
import { expect, test } from 'vitest'
import { kinds } from '../src/plugin/kind.js'
import { camelCase } from '../src/plugin/name.js'
import { templatesOf } from '../src/project/templates.js'
import { node, repository } from './support/binary.js'
import { folderWith } from './support/folder.js'
import { kplug } from './support/io.js'
import { linkPackages, tool } from './support/linked-packages.js'

/** A project with a plugin of every template, and everything installed without a network. */
async function scaffolded(): Promise<string> {
  const folder = folderWith()
  for (const kind of kinds) {
    await kplug(folder, 'new', kind, `${kind}ByClass`)
    for (const { name } of templatesOf(kind).slice(1)) {
      await kplug(folder, 'new', kind, camelCase(`${kind}-${name}`), '--template', name)
    }
    // A name that the template itself uses needs another way of exporting.
    await kplug(folder, 'new', kind, 'About')
  }
  linkPackages(folder)
  return folder
}

test('a new project is clean under the linter that kplug uses itself', async () => {
  const config = path.join(repository, '.oxlintrc.json')
  const options = ['--config', config, '--type-aware', '--deny-warnings', '.']
  const { code, stdout } = await node(await scaffolded(), [tool.oxlint, ...options])
  expect({ code, stdout }).toEqual({
    code: 0,
    stdout: expect.stringContaining('Found 0 warnings and 0 errors'),
  })
  expect(stdout).toMatch(/on 32 files/)
})

test('a new project type-checks', async () => {
  expect(await node(await scaffolded(), [tool.tsc, '-p', '.'])).toEqual({
    code: 0,
    signal: null,
    stdout: '',
    stderr: '',
  })
})

test('a new project passes its own tests', async () => {
  const folder = await scaffolded()
  const { scripts }: { scripts: { test: string } } = JSON.parse(
    fs.readFileSync(path.join(folder, 'package.json'), 'utf8'),
  )
  expect(scripts.test).toBe('vitest run')
  const { code, stdout } = await node(folder, [tool.vitest, 'run'])
  expect(code).toBe(0)
  expect(stdout).toMatch(/Test Files .*16 passed/)
})

test('a new project builds with its packages installed', async () => {
  expect(await kplug(await scaffolded(), 'build')).toMatchObject({ code: 0 })
})
