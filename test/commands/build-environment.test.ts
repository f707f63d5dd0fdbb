import * as childProcess from 'node:child_process'
import * as fs from 'node:fs'
import * as path from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { binary, ended, node } from '../support/binary.js'
import { contentsOf, folderWith, plain, projectWith, write } from '../support/folder.js'
import { installedKplug } from '../support/installed-kplug.js'
import { FakeIo, kplug } from '../support/io.js'

const pluginsOf = (folder: string): Record<string, string> => contentsOf(path.join(folder, 'plugins'))

test('two builds at once both succeed, and leave what either leaves', async () => {
  const folder = projectWith({
    'src/sinks/A.ts': plain.sink('A'),
    'src/sinks/B.ts': plain.sink('B'),
    'src/sources/C.ts': plain.source('C'),
  })
  await kplug(folder, 'build', '--no-check')
  const alone = pluginsOf(folder)
  fs.rmSync(path.join(folder, 'plugins'), { recursive: true })
  const build = [binary, 'build', '--no-check']
  const endings = await Promise.all([node(folder, build), node(folder, build), node(folder, build)])
  expect(endings.map(({ code, stderr }) => [code, stderr.slice(0, 5)])).toEqual([
    [0, 'Built'],
    [0, 'Built'],
    [0, 'Built'],
  ])
  expect(pluginsOf(folder)).toEqual(alone)
})

test('the next build removes staged files of a killed build, but not those of a running one', async () => {
  const folder = projectWith({ 'src/sinks/A.ts': plain.sink('A') })
  const dead = childProcess.spawnSync(process.execPath, ['-e', '0']).pid
  const living = `plugins/.staging-${process.pid}-x/sinks/B.js`
  write(folder, { [`plugins/.staging-${dead}-x/sinks/B.js`]: '', [living]: '' })
  expect(await kplug(folder, 'build', '--no-check')).toMatchObject({ code: 0 })
  const staged = Object.keys(contentsOf(folder)).filter(file => file.includes('.staging-'))
  expect(staged.at(-1)).toBe(living)
  expect(staged.join()).not.toContain(`-${dead}-`)
  expect((await kplug(folder, 'list')).stderr).toBe('')
})

test('an interrupted build changes nothing, and says so', async () => {
  const folder = projectWith({ 'src/sinks/A.ts': plain.sink('A') })
  await kplug(folder, 'build', '--no-check')
  write(folder, { 'src/sinks/A.ts': plain.sink('A', 'export const changed = 1') })
  const before = contentsOf(folder)
  for (const signal of ['SIGINT', 'SIGTERM']) {
    const io = new FakeIo(folder, ['build'])
    const run = io.run()
    await new Promise<void>(resolve => io.on('newListener', name => name === signal && resolve()))
    io.emit(signal)
    expect(await run).toEqual({
      code: 2,
      stdout: '',
      stderr: 'The build was interrupted: no file was changed\n',
    })
    expect(contentsOf(folder)).toEqual(before)
  }
})

test('Ctrl-C, which also kills the compiler and the bundler, is not reported as a bug', async () => {
  const folder = projectWith({ 'src/sinks/A.ts': plain.sink('A') })
  // The type-check goes on until somebody ends it, as a slow one would.
  write(folder, {
    'node_modules/typescript/package.json': '{}',
    'node_modules/typescript/bin/tsc':
      "require('node:fs').writeFileSync('checking', ''); setInterval(() => {}, 1000)",
  })
  const checking = appears(folder, 'checking')
  const child = childProcess.spawn(process.execPath, [binary, 'build'], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  })
  await checking
  // A terminal sends the signal to the whole group of processes.
  process.kill(-(child.pid ?? 0), 'SIGINT')
  expect(await ended(child)).toEqual({
    code: 2,
    signal: null,
    stdout: '',
    stderr: 'The build was interrupted: no file was changed\n',
  })
  expect(fs.existsSync(path.join(folder, 'plugins'))).toBe(false)
})

function appears(folder: string, file: string): Promise<void> {
  return new Promise(resolve => {
    const watcher = fs.watch(folder, (_event, name) => {
      if (name !== file) return
      watcher.close()
      resolve()
    })
  })
}

test('a plugins folder that is a file is refused in one sentence', async () => {
  const folder = projectWith({ 'src/sinks/A.ts': plain.sink('A'), plugins: 'a file' })
  expect(await kplug(folder, 'build', '--no-check')).toEqual({
    code: 2,
    stdout: '',
    stderr: `Cannot write to ${path.join(folder, 'plugins')}: something else is there\n`,
  })
})

test('a kind’s folder that is a file is refused in one sentence, and nothing is left', async () => {
  const folder = projectWith({ 'src/sinks/A.ts': plain.sink('A'), 'plugins/sinks': 'a file' })
  const before = contentsOf(folder)
  const { code, stderr } = await kplug(folder, 'build', '--no-check')
  expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringMatching(/^Cannot write to .*\n$/) })
  expect(contentsOf(folder)).toEqual(before)
})

test('a read-only plugins folder is refused in one sentence', async context => {
  const folder = projectWith({ 'src/sinks/A.ts': plain.sink('A'), 'plugins/x': '' })
  fs.chmodSync(folder, 0o755)
  fs.chmodSync(path.join(folder, 'plugins'), 0o555)
  // The superuser may write everywhere: another user builds then.
  const nobody = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {}
  const probe = await node(folder, [binary, '--version'], nobody).catch(() => undefined)
  if (probe?.code !== 0) context.skip('This user cannot run kplug as another one')
  expect(await node(folder, [binary, 'build', '--no-check'], nobody)).toEqual({
    code: 2,
    signal: null,
    stdout: '',
    stderr: `Cannot write to ${path.join(folder, 'plugins')}: permission denied\n`,
  })
})

test('a full disk is reported in one sentence, and built files stay complete', async context => {
  const folder = projectWith({
    'src/sinks/A.ts': plain.sink('A', `export const text = '${'x'.repeat(20_000)}'`),
  })
  const plugins = path.join(folder, 'plugins')
  fs.mkdirSync(plugins)
  const mounted = childProcess.spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=128k', 'tmpfs', plugins])
  if (mounted.status !== 0) context.skip('This user cannot mount a small disk')
  onTestFinished(() => {
    childProcess.spawnSync('umount', [plugins])
  })
  expect(await kplug(folder, 'build', '--no-check')).toMatchObject({ code: 0 })
  const before = contentsOf(plugins)
  write(folder, { 'src/sinks/B.ts': plain.sink('B', `export const text = '${'y'.repeat(200_000)}'`) })
  expect(await kplug(folder, 'build', '--no-check')).toEqual({
    code: 2,
    stdout: '',
    stderr: `Cannot write to ${plugins}: the disk is full\n`,
  })
  expect(contentsOf(plugins)).toEqual(before)
})

test('without a compiler, the build fails unless the type-check is turned off', async () => {
  const folder = projectWith({ 'src/sinks/A.ts': plain.sink('A', 'export const wrong: string = 1') })
  const kplugAlone = installedKplug('typescript')
  expect(await node(folder, [kplugAlone, 'build'])).toMatchObject({
    code: 2,
    stdout: '',
    stderr: expect.stringMatching(/^Cannot check types: TypeScript is not installed; run .* "--no-check"/),
  })
  expect(fs.existsSync(path.join(folder, 'plugins'))).toBe(false)
  expect((await node(folder, [kplugAlone, 'build', '--no-check'])).stderr).toMatch(/^Built 1 plugin/)
  write(folder, {
    'node_modules/typescript/package.json': '{"name": "typescript"}',
    'node_modules/typescript/lib/getExePath.js': '',
  })
  const { code, stderr } = await node(folder, [kplugAlone, 'build'])
  expect({ code, stderr }).toEqual({
    code: 2,
    stderr: expect.stringMatching(
      /^Cannot check types: the package "@typescript\/typescript-\S+" is not installed/,
    ),
  })
})

test('an installed kplug without a project’s packages builds what "new" made', async () => {
  const kplugWithTypeScript = installedKplug()
  const folder = folderWith()
  expect(await node(folder, [kplugWithTypeScript, 'new', 'source', 'MySource'])).toMatchObject({ code: 0 })
  expect(await node(folder, [kplugWithTypeScript, 'build'])).toMatchObject({
    code: 0,
    stderr: expect.stringMatching(/^Built 1 plugin/),
  })
  write(folder, { 'src/sinks/A.ts': plain.sink('A', 'export const wrong: string = 1') })
  expect(await node(folder, [kplugWithTypeScript, 'build'])).toMatchObject({ code: 1 })
})
