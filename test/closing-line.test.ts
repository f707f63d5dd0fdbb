import * as path from 'node:path'
import { expect, test } from 'vitest'
import { node, repository } from './support/binary.js'

test.each([
  ['of-all-kinds', 1, '2 passed, 1 failed, 2 skipped'],
  ['broken-file', 1, '1 passed, 2 failed, 0 skipped'],
  ['broken-hook', 1, '0 passed, 1 failed, 1 skipped'],
  ['unhandled-error', 1, '1 passed, 1 failed, 0 skipped'],
  ['no-tests', 1, '0 passed, 0 failed, 0 skipped'],
])('a run of tests with %s ends with exit code %i and the line "%s"', async (situation, code, line) => {
  const folder = path.join(import.meta.dirname, 'fixtures', 'closing-line', situation)
  const vitest = path.join(repository, 'node_modules', 'vitest', 'vitest.mjs')
  const ending = await node(folder, [vitest, 'run'])
  expect(ending.code).toBe(code)
  expect(ending.stdout.trimEnd().split('\n').at(-1)).toBe(line)
})
