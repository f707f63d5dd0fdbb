import { expect, test } from 'vitest'
import { FakeEngine } from '../support/fake-rest.js'
import { plain, projectWith } from '../support/folder.js'
import { kplug } from '../support/io.js'

const sources = { 'src/functions/Turn.ts': plain.function('Turn') }

test('list --engine shows type, name, package, version, state and rules', async () => {
  const engine = await FakeEngine.start()
  engine.installed = { name: 'things', version: '0.1.0' }
  const { code, stdout } = await kplug(projectWith(), 'list', '--engine', engine.url)
  expect(code).toBe(0)
  expect(stdout).toBe(
    'TYPE      NAME     PACKAGE  VERSION  STATE    RULES\nfunction  reverse  things   0.1.0    running  r1\n',
  )
})

test('an engine without packages is said to have none', async () => {
  const engine = await FakeEngine.start()
  const outcome = await kplug(projectWith(), 'list', '--engine', engine.url)
  expect(outcome).toEqual({ code: 0, stdout: '', stderr: `No portable plugins in ${engine.url}\n` })
})

test('--diff shows what is only here, and what is only there', async () => {
  const engine = await FakeEngine.start()
  engine.installed = { name: 'things', version: '0.0.9' }
  const { code, stdout } = await kplug(projectWith(sources), 'list', '--engine', engine.url, '--diff')
  expect(code).toBe(1)
  expect(stdout).toBe(
    'TYPE      NAME     HERE   THERE\nfunction  turn     0.1.0  -\nfunction  reverse  -      0.0.9\n',
  )
})

test('--diff without an engine is a usage error', async () => {
  const { code, stderr } = await kplug(projectWith(sources), 'list', '--diff')
  expect(code).toBe(2)
  expect(stderr).toContain('name it with "--engine URL"')
})

test('describe --engine shows one plugin, and suggests the name that was meant', async () => {
  const engine = await FakeEngine.start()
  engine.installed = { name: 'things', version: '0.1.0' }
  const found = await kplug(
    projectWith(),
    'describe',
    'function',
    'Reverse',
    '--engine',
    engine.url,
    '--json',
  )
  expect(JSON.parse(found.stdout)).toEqual({
    type: 'function',
    name: 'reverse',
    package: 'things',
    version: '0.1.0',
    state: 'running',
    rules: ['r1'],
  })
  const missed = await kplug(projectWith(), 'describe', 'function', 'revers', '--engine', engine.url)
  expect(missed.code).toBe(1)
  expect(missed.stderr).toContain('did you mean "reverse"?')
})
