import { expect, test } from 'vitest'
import { allCodes, type Code, codes, docsOf } from '../../src/problem/codes.js'
import { documentedProblems, type Files } from '../support/problem-examples.js'
import { folderOf, type Shown, validate } from '../support/validated.js'

const documented = documentedProblems()
// What takes half a second a time is asked only where it is the matter.
const ofTypes = new Set([
  'type-error',
  'shape-wrong',
  'method-missing',
  'row-wrong',
  'config-mismatch',
  'decorator-metadata',
])

// In most examples a description would only be in the way.
const manifest = JSON.stringify({
  name: 'things',
  version: '0.1.0',
  type: 'module',
  kplug: { rules: { 'description-missing': 'off' } },
})

async function check(code: string, files: Files): Promise<Shown[]> {
  const options = [
    ...(ofTypes.has(code) ? [] : ['--no-types']),
    ...(code.startsWith('boot-') ? ['--boot'] : []),
  ]
  if ('lab1.zip' in files) return (await validate(folderOf(files), 'lab1.zip', ...options)).problems
  if (Object.keys(files).some(file => file.startsWith('plugins/'))) {
    return (await validate(folderOf(files), 'plugins')).problems
  }
  return (await validate(folderOf({ 'package.json': manifest, ...files }), ...options)).problems
}

test('every code has a section in the docs, and every section a code', () => {
  expect(documented.map(({ code }) => code).toSorted()).toEqual(allCodes.toSorted())
})

test.each(documented.map(example => [example.code, example] as const))(
  '%s: the section explains the problem, its first example has it, and its second one does not',
  async (code, { why, fails, passes }) => {
    expect(why.length).toBeGreaterThan(40)
    const failed = await check(code, fails)
    const [found, ...more] = failed.filter(problem => problem.code === code)
    expect(found, JSON.stringify(failed)).toMatchObject({
      docs: docsOf(code as Code),
      severity: codes[code as Code].severity,
    })
    expect(more).toEqual([])
    expect(found?.message).toMatch(/^(?:eKuiper|[A-Z"])/)
    expect(found?.message).not.toMatch(/\.$/)
    expect(found?.file ?? 'lab1.zip').not.toBe('')
    expect(await check(code, passes)).toEqual([])
  },
)
