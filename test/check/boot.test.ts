import { spawn } from 'node:child_process'
import * as fs from 'node:fs'
import * as path from 'node:path'
import { expect, test } from 'vitest'
import { readBuilt } from '../../src/build/built-file.js'
import { packageContents } from '../../src/package/pack.js'
import { findPluginSources } from '../../src/project/plugin-sources.js'
import { readProject } from '../../src/project/project.js'
import { zip } from '../../src/package/write-zip.js'
import { binary, ended } from '../support/binary.js'
import { folderWith, projectWith } from '../support/folder.js'
import { kplug } from '../support/io.js'
import { rawZip } from '../support/raw-zip.js'
import { until } from '../support/until.js'
import { type Shown, validate } from '../support/validated.js'

const about = "export const about = { description: 'x' }\n"

/** The zip of a package of one plugin beside a sound one, made past all that `kplug pack` checks. */
async function packed(file: string, text: string, settings: object = {}): Promise<string> {
  const folder = projectWith(
    {
      [file]: text,
      'src/functions/Sound.ts': `${about}export class Sound {\n  exec() {}\n}\n`,
      'node_modules/a-package-of-words/package.json': '{"name": "a-package-of-words", "version": "1.0.0"}',
      'node_modules/a-package-of-words/index.js': 'module.exports = []',
    },
    settings,
  )
  expect(await kplug(folder, 'build', '--no-check')).toMatchObject({ code: 0 })
  const project = readProject(folder)
  const { sources } = findPluginSources(project)
  const plugins = sources.map(source => ({
    built: readBuilt(project, source, []),
    about: undefined,
    config: undefined,
  }))
  const identity = { name: 'things', version: '0.1.0' }
  const { entries } = packageContents(project, { identity, plugins })
  // As if the package had been left behind, by something that keeps no checksums.
  const carried = entries.filter(({ path: entry }) => !/^(node_modules\/|SHA256SUMS$)/.test(entry))
  fs.writeFileSync(path.join(folder, 'things.zip'), await zip(carried))
  return folder
}

const throwing = `interface Words { list: string[] }

const first = ({ list }: Words): string => {
  if (list.length === 0) throw new Error('There are no words')
  return list[0] ?? ''
}

export const word = first({ list: [] })
export class Faulty {
  exec() {}
}
`
const hanging = `let turns: number = 0
export class Faulty {
  exec() {}
}

for (;;) turns += 1
`
const needy = `interface Nothing {}
// @ts-expect-error It is not installed.
import words from 'a-package-of-words'

export class Faulty implements Nothing {
  exec() {
    return words
  }
}
`
const serving = `import { createServer } from 'node:net'

interface Nothing {}
export class Faulty implements Nothing {
  exec() {}
}
createServer().listen(0, '127.0.0.1').unref()
`

test.each<[what: string, text: string, problem: Partial<Shown>]>([
  ['throws when it is imported', throwing, { code: 'load-failed', line: 4, column: 32 }],
  ['hangs', hanging, { code: 'boot-hang', line: 6 }],
  ['misses a package', needy, { code: 'load-dependency', line: 3, column: 1 }],
  ['opens a port', serving, { code: 'load-server', line: 7, column: 16 }],
])('a packed plugin that %s is reported at its line in TypeScript', async (_what, text, problem) => {
  const folder = await packed('src/functions/Faulty.ts', text, { external: ['a-package-of-words'] })
  const { code, problems } = await validate(folder, '--boot', 'things.zip')
  expect(problems).toMatchObject([{ file: 'src/functions/Faulty.ts', ...problem }])
  expect(code).toBe(1)
})

test('a plugin that waits forever is reported, and the others start in a new process', async () => {
  const text = `${about}export class Faulty {\n  collect() {}\n  async open() {\n    await new Promise(() => {})\n  }\n}\n`
  const folder = await packed('src/sinks/Faulty.ts', text)
  const { problems } = await validate(folder, '--boot')
  expect(problems).toMatchObject([{ code: 'boot-hang', file: 'src/sinks/Faulty.ts', line: 2 }])
})

test('a plugin that only lacks a property is not a problem, because a rule provides it', async () => {
  const text = `import * as z from 'zod'\n${about}export const config = z.object({ url: z.string() })\nexport class Faulty {\n  configure() {}\n  collect() {}\n}\n`
  const folder = await packed('src/sinks/Faulty.ts', text)
  expect((await validate(folder, '--boot')).problems).toEqual([])
})

test('an error in configure is reported with its line', async () => {
  const text = `${about}export class Faulty {\n  collect() {}\n  configure() {\n    throw new Error('not today')\n  }\n}\n`
  const folder = await packed('src/sinks/Faulty.ts', text)
  expect((await validate(folder, '--boot')).problems).toMatchObject([
    { code: 'boot-refused', message: 'The sink "faulty" cannot be started: not today', line: 5, column: 11 },
  ])
})

const patient = `import { connect } from 'node:net'
${about}export class Faulty {
  collect() {}
  open() {
    return new Promise<void>(resolve => {
      const tryAgain = (): void => void connect(1, '127.0.0.1', resolve).on('error', () => setTimeout(tryAgain, 100))
      tryAgain()
    })
  }
}
`
const wordless = patient
  .replace('return new Promise<void>(resolve =>', 'return new Promise<void>((_, reject) =>')
  .replace("connect(1, '127.0.0.1', resolve)", "connect(1, '127.0.0.1')")
  .replace('setTimeout(tryAgain, 100)', "reject(new Error('no broker'))")

test.each([
  ['retries a broker without end', patient, 'connect ECONNREFUSED 127.0.0.1:1'],
  ['does not say that it misses a network', wordless, 'no broker'],
])('a sink that %s gets a warning', async (_what, text, reason) => {
  const folder = await packed('src/sinks/Faulty.ts', text)
  const { code, problems } = await validate(folder, '--boot', 'things.zip')
  expect(problems).toMatchObject([
    { code: 'boot-unreachable', severity: 'warning', message: expect.stringContaining(reason) },
  ])
  expect(code).toBe(0)
})

const choosy = (kind: 'source' | 'sink'): string =>
  `${about}export class Faulty {
  configure(${kind === 'source' ? 'topic: string, ' : ''}{ port }: { port?: number }) {
    ${kind === 'source' ? "if (topic === '') throw new Error('no topic')" : ''}
    if (port !== 1883) throw new Error('no port')
  }
  ${kind === 'source' ? 'async *open() { yield {} }' : 'collect() {}'}
}
`

test.each(['source', 'sink'] as const)('a %s gets what "kplug.check" or a file says', async kind => {
  const check = { Faulty: { props: { port: 1883 } } }
  const folder = await packed(`src/${kind}s/Faulty.ts`, choosy(kind), { check })
  expect((await validate(folder, '--boot')).problems).toEqual([])
  const bare = await validate(folder, '--boot', 'things.zip')
  expect(bare.problems).toMatchObject([
    { code: 'boot-refused', remedy: expect.stringContaining('"kplug.check"') },
  ])
  fs.writeFileSync(path.join(folder, 'check.yaml'), 'faulty: {props: {port: 1883}}\n')
  expect((await validate(folder, '--boot', '--props', 'check.yaml', 'things.zip')).problems).toEqual([])
})

test.each([
  ['fautly: {}', 'Cannot give properties to "fautly": no plugin has this name; did you mean "faulty"'],
  ['faulty: {topic: a}', /^Cannot use .*check\.yaml: the key "kplug\.check\.faulty\.topic" .* is unknown/],
])('a file with %j is refused in one sentence', async (text, sentence) => {
  const folder = await packed('src/sinks/Faulty.ts', choosy('sink'))
  fs.writeFileSync(path.join(folder, 'check.yaml'), text)
  const { code, stderr } = await validate(folder, '--boot', '--props', 'check.yaml', 'things.zip')
  expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringMatching(sentence) })
})

/** Starts the real program in a temporary folder of its own, and resolves when the plugin runs. */
async function running(typed: readonly string[], folder: string) {
  const temp = folderWith()
  fs.writeFileSync(path.join(folder, `${other}.zip`), otherPackage)
  const child = spawn(process.execPath, [binary, 'validate', ...typed], {
    cwd: folder,
    env: { ...process.env, TMPDIR: temp },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const left = (): string[] => fs.readdirSync(temp).filter(name => name.startsWith('kplug-'))
  await until('the plugin runs', () => processesIn(temp).length > 0)
  return { temp, child, left }
}

const processesIn = (folder: string): string[] =>
  fs.readdirSync('/proc').filter(pid => {
    try {
      return /^\d+$/.test(pid) && fs.readlinkSync(`/proc/${pid}/cwd`).startsWith(folder)
    } catch {
      // The process ended meanwhile, or is not ours.
      return false
    }
  })

// Made by another tool: it does not look whether its engine is there.
const other = `other${process.pid}`
const otherPackage = rawZip([
  { name: other, mode: 0o755, content: '#!/bin/sh\nwhile :; do sleep 1; done\n' },
  {
    name: `${other}.json`,
    mode: 0o644,
    content: JSON.stringify({ language: 'go', executable: other, functions: [`${other}f`] }),
  },
])

const checks: [what: string, typed: string[]][] = [
  ['a boot check', ['--boot', `${other}.zip`]],
  ['the loading of plugins', ['--no-types']],
]

test.each(checks)('%s that is killed leaves no process and no folder', async (_what, typed) => {
  const folder = await packed('src/functions/Faulty.ts', hanging)
  const { temp, child, left } = await running(typed, folder)
  child.kill('SIGKILL')
  await until('its processes are gone', () => processesIn(temp).length === 0)
  await until('its folder is gone', () => left().length === 0)
  await until('its sockets are gone', () => !fs.readdirSync('/tmp').some(name => name.includes(`_${other}`)))
})

test.each(checks)('%s ends at SIGTERM, with a sentence', async (_what, typed) => {
  const folder = await packed('src/functions/Faulty.ts', hanging)
  const { temp, child, left } = await running(typed, folder)
  const outcome = ended(child)
  child.kill('SIGTERM')
  expect(await outcome).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('Cannot finish loading the plugins: kplug was interrupted\n'),
  })
  expect([...processesIn(temp), ...left()]).toEqual([])
})

test('a package boots on the named Node.js, as an ordinary user, in a read-only folder', async () => {
  const text = `import * as fs from 'node:fs'
${about}const loadedBy: string = process.env['LOADED_BY'] ?? 'another'
export class Faulty {
  collect() {}
  configure() {
    fs.accessSync('.', fs.constants.R_OK)
    try {
      fs.writeFileSync('written', '')
    } catch (error) {
      throw new Error(loadedBy + ' as ' + process.getuid?.() + ': ' + error)
    }
  }
}
`
  const folder = await packed('src/sinks/Faulty.ts', text)
  const node = path.join(folder, 'any-name')
  fs.writeFileSync(node, `#!/bin/sh\nLOADED_BY=ours exec "${process.execPath}" "$@"\n`, { mode: 0o755 })
  const { problems } = await validate(folder, '--boot', '--node', 'any-name', 'things.zip')
  const own = process.getuid?.() ?? 0
  const user = own === 0 ? 65_534 : own
  expect(problems).toMatchObject([
    {
      code: 'boot-refused',
      message: expect.stringContaining(`: ours as ${user}: Error: EACCES: permission denied`) as unknown,
    },
  ])
})

test.each([
  ['18', 'Cannot check with Node.js 18: packages require 20.19.0 or newer'],
  ['v20.18.3', 'Cannot check with Node.js 20.18.3: packages require'],
  ['nowhere/node', 'nowhere/node: it does not exist; use a version, such as "20", or the path of a program'],
  ['/bin/true', 'Cannot start the Node.js /bin/true: it does not answer as Node.js does'],
])('--node %s is refused in one sentence', async (named, sentence) => {
  const { code, stderr } = await validate(projectWith(), '--boot', '--node', named)
  expect(stderr).toContain(sentence)
  expect(code).toBe(2)
})
