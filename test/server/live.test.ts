import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import * as fs from 'node:fs'
import * as path from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import { type Readable, Live } from '../../src/server/live.js'
import { Staging } from '../../src/project/staging.js'
import { repository } from '../support/binary.js'
import { folderWith, write } from '../support/folder.js'
import { serving } from '../support/serving.js'

const turn = (): Promise<void> => new Promise(resolve => setImmediate(resolve))

/** A value that is the content of a file, read with pauses that the test ends. */
function file(folder: string, paths = [path.join(folder, 'file')]) {
  const name = path.join(folder, 'file')
  const seen = { reads: 0, changing: false, pause: async () => {} }
  const source: Readable<string> = {
    async read() {
      seen.reads += 1
      const value = fs.readFileSync(name, 'utf8')
      await seen.pause()
      return value
    },
    glance: () => ({ changing: seen.changing, list: fs.readFileSync(name, 'utf8') }),
    paths: () => paths,
  }
  return { name, seen, live: new Live(source) }
}

test('a value is read once for as long as nothing changes', async () => {
  const { live, seen } = file(folderWith({ file: 'one' }))
  expect(await live.get()).toBe('one')
  for (let i = 0; i < 20; i += 1) {
    expect(live.get()).toBe('one')
    await turn()
  }
  expect(seen.reads).toBe(1)
})

test('each change is visible to the next request, however soon it follows', async () => {
  const { live, name } = file(folderWith({ file: 'zero' }))
  for (let i = 0; i < 200; i += 1) {
    fs.writeFileSync(name, `change ${i}`)
    await turn()
    expect(await live.get()).toBe(`change ${i}`)
  }
})

test('a change within one clock tick of the file system is noticed, although its time is the same', async () => {
  const folder = folderWith({ still: '', file: 'one' })
  const still = path.join(folder, 'still')
  const { live } = file(folder, [still])
  vi.useFakeTimers({ toFake: ['Date'], now: fs.statSync(still).ctimeMs + 5 })
  onTestFinished(() => void vi.useRealTimers())
  expect(await live.get()).toBe('one')
  write(folder, { file: 'two' })
  await turn()
  expect(await live.get()).toBe('two')
})

test('a change during a read causes another read', async () => {
  const { live, seen, name } = file(folderWith({ file: 'one' }))
  seen.pause = async () => {
    seen.pause = async () => {}
    fs.writeFileSync(name, 'two')
  }
  expect(await live.get()).toBe('two')
})

test('a request during another read gets the result of the next read', async () => {
  const { live, seen, name } = file(folderWith({ file: 'one' }))
  let resume = (): void => {}
  seen.pause = () => new Promise(resolve => (resume = resolve))
  const first = live.get()
  await turn()
  seen.pause = async () => {}
  fs.writeFileSync(name, 'two')
  const second = live.get()
  resume()
  expect(await second).toBe('two')
  await first
})

test('during a change the previous contents are served', async () => {
  const { live, seen, name } = file(folderWith({ file: 'whole' }))
  await live.get()
  seen.changing = true
  fs.writeFileSync(name, 'a part')
  await turn()
  expect(await live.get()).toBe('whole')
  fs.writeFileSync(name, 'the next')
  seen.changing = false
  await turn()
  expect(await live.get()).toBe('the next')
})

test('an error that has passed is forgotten', async () => {
  const folder = folderWith()
  const { live } = file(folder)
  await expect(async () => live.get()).rejects.toThrow('ENOENT')
  write(folder, { file: 'there' })
  expect(await live.get()).toBe('there')
})

test('every response shows an installation completely or not at all', async () => {
  const { ask, folder } = await serving()
  const writer = rewriting(path.join(folder, 'plugins'))
  const seen = new Set<string>()
  while (writer.exitCode === null) {
    const { status, body } = await ask('/plugins/sources')
    expect(status).toBe(200)
    const states = new Set((JSON.parse(body) as string[]).map(name => name.replace(/^[a-z]+/, '')))
    expect(states.size, body).toBeLessThanOrEqual(1)
    expect([0, 30]).toContain((JSON.parse(body) as string[]).length)
    seen.add(body)
  }
  expect(writer.exitCode).toBe(0)
  expect(seen.size).toBeGreaterThan(3)
  expect((await ask('/plugins/sources')).body).toContain('99"')
})

/** A process that installs 100 sets of 30 plugins, each in place of the one before. */
function rewriting(folder: string): ChildProcess {
  const child = spawn(
    process.execPath,
    ['--import', 'tsx', path.join(repository, 'test/support/rewrite.ts'), folder, '100', '30'],
    { stdio: 'inherit' },
  )
  onTestFinished(() => void child.kill())
  return child
}

test('an installation of a killed process blocks nobody', async () => {
  const { ask, folder } = await serving({ 'plugins/sources/Ticks.js': '' })
  const { pid = 0 } = await ended()
  fs.mkdirSync(path.join(folder, 'plugins', `.installing-${pid}-abc`))
  write(folder, { 'plugins/sources/Tocks.js': '' })
  expect((await ask('/plugins/sources')).body).toBe('["ticks","tocks"]')
})

async function ended(): Promise<ChildProcess> {
  const child = spawn(process.execPath, ['-e', '0'])
  await once(child, 'close')
  return child
}

test('an installation leaves no folder of its own behind', () => {
  const folder = folderWith({ 'sources/Old.js': '' })
  const staging = new Staging(folder)
  staging.add('sources/New.js', 'new')
  staging.remove('sources/Old.js')
  staging.remove('sources/Gone.js')
  staging.install()
  expect(fs.readdirSync(folder)).toEqual(['sources'])
  expect(fs.readdirSync(path.join(folder, 'sources'))).toEqual(['New.js'])
})

test('a read error is reported once, gives status 500, and is forgotten when it has passed', async () => {
  const { ask, folder, warnings } = await serving({ 'plugins/sources/Ticks.js': '' })
  const plugins = path.join(folder, 'plugins')
  fs.renameSync(plugins, `${plugins}.away`)
  fs.writeFileSync(plugins, 'no folder')
  for (let i = 0; i < 3; i += 1) expect((await ask('/plugins/sources')).status).toBe(500)
  expect(warnings).toEqual([`Cannot read ${plugins}: it is not a folder, or lies below a file`])
  expect((await ask('/plugins/sources')).body).not.toContain(folder)
  fs.rmSync(plugins)
  fs.renameSync(`${plugins}.away`, plugins)
  expect(await ask('/plugins/sources')).toMatchObject({ status: 200, body: '["ticks"]' })
})
