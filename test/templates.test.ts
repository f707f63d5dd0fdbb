import * as fs from 'node:fs'
import * as path from 'node:path'
import { expect, test } from 'vitest'
import { kinds } from '../src/plugin/kind.js'
import { readManifest } from '../src/project/find-project.js'
import { objectOf } from '../src/data/lenient.js'
import { templatesOf, withTemplate } from '../src/project/templates.js'
import { node, repository } from './support/binary.js'
import { examples, examplesFolder, makeExamples, written } from './support/examples.js'
import { contentsOf, folderWith } from './support/folder.js'
import { kplug } from './support/io.js'
import { isInstalled, linkPackages, tool } from './support/linked-packages.js'

/** A project with a plugin of every template, those of the examples among them, and all installed without a network. */
async function scaffolded(): Promise<string> {
  const folder = folderWith()
  for (const kind of kinds) {
    await kplug(folder, 'new', kind, `${kind}ByClass`)
    await kplug(folder, 'new', kind, `${kind}ByInstance`, '--instance')
    // A name that the template itself uses needs another way of exporting.
    await kplug(folder, 'new', kind, 'About')
  }
  for (const { folder: name } of examples) addExample(folder, path.join(examplesFolder, name))
  linkPackages(folder)
  return folder
}

/** Adds what an example has of its own; what every new project has is there. */
function addExample(folder: string, example: string): void {
  const wanted = ['src', 'test', 'rules', 'scripts', 'models'].filter(name =>
    fs.existsSync(path.join(example, name)),
  )
  for (const name of wanted) fs.cpSync(path.join(example, name), path.join(folder, name), { recursive: true })
  const [ours, theirs] = [folder, example].map(where => readManifest(path.join(where, 'package.json')))
  const merged = withTemplate(ours ?? {}, {
    name: '',
    summary: '',
    ...theirs,
    ...objectOf(theirs?.['kplug']),
  })
  fs.writeFileSync(path.join(folder, 'package.json'), JSON.stringify(merged))
}

test('a new project is clean under the linter that kplug uses itself', async () => {
  const config = path.join(repository, '.oxlintrc.json')
  const options = ['--config', config, '--type-aware', '--deny-warnings', '.']
  const { code, stdout } = await node(await scaffolded(), [tool.oxlint, ...options])
  expect({ code, stdout }).toEqual({
    code: 0,
    stdout: expect.stringContaining('Found 0 warnings and 0 errors'),
  })
  expect(stdout).toMatch(/on 39 files/)
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
  const without = isInstalled('onnxruntime-node') ? [] : ['--exclude', '**/Predict.test.ts']
  const env = { ...process.env, EKUIPER: '' }
  const { code, stdout } = await node(
    folder,
    [tool.vitest, 'run', '--pool=threads', '--no-isolate', ...without],
    { env },
  )
  expect(code).toBe(0)
  expect(stdout).toMatch(/Test Files .*1[89] passed/)
})

test('a new project builds with its packages installed', async () => {
  expect(await kplug(await scaffolded(), 'build')).toMatchObject({ code: 0 })
})

test('the examples match the output of "kplug new" (if not, run "npm run examples")', async () => {
  const folder = folderWith()
  await makeExamples(folder)
  const made = Object.entries(contentsOf(folder)).filter(([file]) => !file.endsWith('/'))
  const lying = Object.entries(contentsOf(examplesFolder)).filter(([file]) => !file.endsWith('/'))
  expect(Object.fromEntries(lying.filter(([file]) => !written.includes(file)))).toEqual(
    Object.fromEntries(made),
  )
})

test('every template has an example', () => {
  const shown = new Set(examples.map(({ typed }) => typed[typed.indexOf('--template') + 1]))
  const templates = kinds.flatMap(kind => templatesOf(kind).slice(2))
  expect(templates.map(({ name }) => name).filter(name => !shown.has(name))).toEqual([])
})
