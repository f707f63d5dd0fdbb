import * as path from 'node:path'
import { expect, test } from 'vitest'
import { findProject } from '../../src/project/find-project.js'
import { readProject } from '../../src/project/project.js'
import { folderWith } from '../support/folder.js'

const root = {
  'package.json': '{"workspaces": ["packages/*"]}',
  'packages/lib/package.json': '{"name": "lib"}',
}
const one = { ...root, 'packages/one/package.json': '{"kplug": {}}', 'packages/one/src/x.ts': '' }

test.each([
  ['', 'packages/one'],
  ['packages/one/src', 'packages/one'],
  ['packages/lib', undefined],
])('from "%s" of a workspace, %s is the project', (from, expected) => {
  const folder = folderWith(one)
  const found = findProject(path.join(folder, from))
  expect(found).toBe(expected && path.join(folder, expected))
})

test('a pnpm workspace is a workspace; a folder of projects is not', () => {
  const files = { 'package.json': '{}', 'packages/one/package.json': '{"kplug": {}}' }
  const folder = folderWith(files)
  expect(findProject(folder)).toBeUndefined()
  const ofPnpm = folderWith({ ...files, 'pnpm-workspace.yaml': 'packages: ["packages/*"]' })
  expect(findProject(ofPnpm)).toBe(path.join(ofPnpm, 'packages/one'))
})

test('if there are several projects, one has to be chosen', () => {
  const folder = folderWith({ ...one, 'packages/two/package.json': '{"kplug": {}}' })
  expect(() => readProject(folder)).toThrow(
    `Cannot choose a project of the workspace ${folder}: run kplug in one of packages/one, packages/two`,
  )
})
