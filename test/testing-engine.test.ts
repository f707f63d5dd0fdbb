import { afterEach, expect, test, vi } from 'vitest'
import { withEngine } from '../src/testing-engine.js'
import { folderWith } from './support/folder.js'

afterEach(() => vi.unstubAllEnvs())

const neverRun = withEngine(() => Promise.reject(new Error('The test was run')))

test('without EKUIPER a test in an engine is skipped with a message', async () => {
  vi.stubEnv('EKUIPER', undefined)
  const notes: (string | undefined)[] = []
  await neverRun({ skip: note => notes.push(note) })
  expect(notes).toEqual(['EKUIPER is not set: set it to the folder of an eKuiper release to run this test'])
})

test('an EKUIPER that names no release is refused in one sentence', async () => {
  const folder = folderWith()
  vi.stubEnv('EKUIPER', folder)
  await expect(neverRun({ skip: () => {} })).rejects.toThrow(
    `Cannot start the eKuiper of EKUIPER: ${folder} has no bin/kuiperd; set EKUIPER to the folder of a release`,
  )
})
