import * as path from 'node:path'
import { expect, test } from 'vitest'
import { contentsOf, folderWith } from '../support/folder.js'
import { kplug } from '../support/io.js'

test('a package becomes a project, and keeps what it has', async () => {
  const own = { name: 'mine', scripts: { test: 'jest' }, dependencies: { zod: '^3.0.0' } }
  const folder = folderWith({ 'package.json': JSON.stringify(own, undefined, 4) })
  expect(await kplug(folder, 'init')).toEqual({
    code: 0,
    stdout: 'Made tsconfig.json\nChanged package.json\n',
    stderr: '\nNext:\n  npm install\n  npx kplug new function wordCount\n  npx kplug build\n',
  })
  const text = contentsOf(folder)['package.json'] ?? ''
  expect(text).toMatch(/^\{\n {4}"name"/)
  expect(JSON.parse(text)).toMatchObject({
    name: 'mine',
    type: 'module',
    scripts: { test: 'jest', build: 'kplug build' },
    dependencies: { zod: '^3.0.0' },
    devDependencies: { kplug: expect.any(String), typescript: expect.any(String) },
  })
  expect(JSON.parse(text).devDependencies).not.toHaveProperty('zod')
  expect(await kplug(folder, 'new', 'function', 'wordCount')).toMatchObject({ code: 0 })
})

test('a package into which npm has installed kplug becomes a project, and "new" says so', async () => {
  const installed = { dependencies: { kplug: 'file:../kplug.tgz' } }
  const folder = folderWith({ 'package.json': JSON.stringify(installed) })
  const { stderr } = await kplug(folder, 'new', 'function', 'wordCount')
  expect(stderr).toContain('Next:\n  npx kplug init\n')
  expect(await kplug(folder, 'init')).toMatchObject({ code: 0 })
  const manifest = JSON.parse(contentsOf(folder)['package.json'] ?? '')
  expect(manifest).toMatchObject({
    ...installed,
    name: expect.stringMatching(/./),
    version: '0.1.0',
    scripts: { build: 'kplug build' },
  })
  expect(manifest.devDependencies).not.toHaveProperty('kplug')
  expect(await kplug(folder, 'init')).toMatchObject({ code: 2 })
})

test('the script "test" of npm init, which only fails, is replaced', async () => {
  const scripts = { test: 'echo "Error: no test specified" && exit 1' }
  const folder = folderWith({ 'package.json': JSON.stringify({ name: 'mine', scripts }) })
  expect(await kplug(folder, 'init')).toMatchObject({ code: 0 })
  const manifest = JSON.parse(contentsOf(folder)['package.json'] ?? '')
  expect(manifest).toMatchObject({ scripts: { test: 'vitest run' } })
})

test('a package with code of its own keeps its module system, and a tsconfig.json stays', async () => {
  const folder = folderWith({ 'package.json': '{"main": "index.js"}', 'tsconfig.json': '{}' })
  expect(await kplug(folder, 'init')).toMatchObject({ code: 0, stdout: 'Changed package.json\n' })
  expect(JSON.parse(contentsOf(folder)['package.json'] ?? '')).not.toHaveProperty('type')
  expect(contentsOf(folder)['tsconfig.json']).toBe('{}')
})

test('a plugin of the templates builds in a CommonJS package, which npm init makes', async () => {
  const folder = folderWith({ 'package.json': '{"name": "mine", "main": "index.js", "type": "commonjs"}' })
  expect(await kplug(folder, 'init')).toMatchObject({ code: 0 })
  expect(await kplug(folder, 'new', 'function', 'wordCount')).toMatchObject({ code: 0 })
  expect(await kplug(folder, 'build')).toMatchObject({ code: 0 })
  expect(JSON.parse(contentsOf(folder)['package.json'] ?? '')).toMatchObject({ type: 'commonjs' })
})

test.each([
  ['pnpm-workspace.yaml', 'pnpm install --allow-build=esbuild\n  pnpm exec kplug new'],
  ['yarn.lock', 'yarn install\n  yarn exec kplug new'],
])('in a workspace with %s the next commands use its package manager', async (lock, commands) => {
  const root = folderWith({ [lock]: '', 'package.json': '{}', 'packages/plugins/package.json': '{}' })
  const { stderr } = await kplug(root, 'init', path.join('packages', 'plugins'))
  expect(stderr).toContain(`cd ${path.join('packages', 'plugins')}\n  ${commands}`)
})

test.each([
  [{}, 'it has no package.json; run "kplug new" in an empty folder instead'],
  [{ 'package.json': '{"kplug": {}}' }, 'it already is a kplug project; run "kplug new" there'],
])('%j is refused', async (files, reason) => {
  const folder = folderWith(files)
  expect(await kplug(folder, 'init')).toEqual({
    code: 2,
    stdout: '',
    stderr: `Cannot add kplug to ${folder}: ${reason}\n`,
  })
  expect(Object.keys(contentsOf(folder))).toEqual(Object.keys(files))
})
