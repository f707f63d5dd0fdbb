import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import * as fs from 'node:fs'
import * as path from 'node:path'
import { createInterface } from 'node:readline'
import { describe, expect, onTestFinished, test } from 'vitest'
import { type Disk, realDisk } from '../../src/state/file/disk.js'
import { fileDriver } from '../../src/state/file/driver.js'
import { journalFile, newestNumber } from '../../src/state/file/journal-files.js'
import { storeOver } from '../../src/state/plugin-state.js'
import type { PluginState, State } from '../../src/state/store.js'
import { bundledPrograms } from '../support/state/bundled.js'
import { place } from '../support/state/steps.js'
import { temporaryFolder } from '../support/temporary.js'

interface Holder {
  space: PluginState
  state: State
  warnings: string[]
}

async function open(folder: string, compactAt?: number, disk: Disk = realDisk): Promise<Holder> {
  const warnings: string[] = []
  const warn = (sentence: string): void => void warnings.push(sentence)
  const options = { checkpoint: 20, warn, lockWait: 0, disk, ...(compactAt !== undefined && { compactAt }) }
  const space = await storeOver(fileDriver(folder, options)).open('function', 'f')
  return { space, state: space.at(place), warnings }
}

const folderOf = (folder: string): string => path.join(folder, 'function', 'f')

/** Does to the lock what a process of another container does after it has seen no sign of life for seconds. */
function evictHolder(folder: string): void {
  const lock = path.join(folderOf(folder), 'lock')
  for (const name of fs.readdirSync(lock).filter(claim => claim.startsWith('claim-')))
    fs.renameSync(path.join(lock, name), path.join(lock, 'evicted-00'))
}

/** Counts until it is refused. Returns what was acknowledged last, and the refusal. */
async function countUntilRefused(state: State): Promise<{ last: number; refusal: string }> {
  for (let last = 0; ; last += 1) {
    try {
      await state.incrCounter('n', 1)
    } catch (error) {
      return { last, refusal: (error as Error).message }
    }
  }
}

describe('a state that another process takes over', () => {
  test('keeps everything that its previous holder acknowledged, and refuses that holder from then on', async () => {
    const folder = temporaryFolder()
    const before = await open(folder)
    const counting = countUntilRefused(before.state)
    await new Promise(resolve => setImmediate(resolve))
    evictHolder(folder)
    const after = await open(folder)
    const { last, refusal } = await counting
    expect(refusal).toBe(
      `Cannot add to "n": another process has taken "${folderOf(folder)}" over: start this process again`,
    )
    const found = await after.state.getCounter('n')
    expect(found - last).toBeGreaterThanOrEqual(0)
    expect(found - last).toBeLessThanOrEqual(1)
    await expect(before.state.getCounter('n')).rejects.toThrow('another process has taken')
    await expect(before.state.putState('v', 1)).rejects.toThrow('another process has taken')
    await expect(before.space.close()).rejects.toThrow('another process has taken')
    await after.space.close()
  })

  test('is not changed by appends or a compaction of its previous holder', async () => {
    const folder = temporaryFolder()
    const before = await open(folder, 200)
    await before.state.incrCounter('n', 5)
    const stale = journalFile(folderOf(folder), newestNumber(folderOf(folder)))
    const appended = fs.readFileSync(stale).subarray(28)
    evictHolder(folder)
    const after = await open(folder, 1)
    for (let index = 0; index < 300; index += 1) await before.state.incrCounter('n', 1).catch(() => {})
    if (fs.existsSync(stale)) fs.appendFileSync(stale, appended)
    expect(await after.state.incrCounter('n', 1)).toBe(6)
    await expect.poll(() => before.warnings).toEqual([expect.stringContaining('another process has taken')])
    await after.space.close()
    const later = await open(folder)
    expect([await later.state.getCounter('n'), later.warnings]).toEqual([6, []])
    await later.space.close()
  })

  test('is not changed by a compaction that its previous holder had begun', async () => {
    const folder = temporaryFolder()
    const disk = { ...realDisk }
    const before = await open(folder, 200, disk)
    let release = (): void => {}
    const held = new Promise<void>(resolve => {
      release = resolve
    })
    disk.fdatasync = () => held
    const files = (): string[] => fs.readdirSync(folderOf(folder)).toSorted()
    while (!files().some(name => name.startsWith('new-'))) await before.state.incrCounter('n', 1)
    const count = await before.state.getCounter('n')
    evictHolder(folder)
    const after = await open(folder)
    const journals = files()
    release()
    await expect.poll(() => before.warnings).toEqual([expect.stringContaining('another process has taken')])
    expect(files()).toEqual(journals)
    expect(await after.state.incrCounter('n', 1)).toBe(count + 1)
    await after.space.close()
  })

  test('is continued from a large journal without rewriting it, and merged after some starts', async () => {
    const folder = temporaryFolder()
    const numbers = (): string[] =>
      fs
        .readdirSync(folderOf(folder))
        .filter(name => /^journal-\d+$/.test(name))
        .toSorted()
    for (let start = 1; start <= 4; start += 1) {
      const { space, state, warnings } = await open(folder, 1000)
      await state.putState(`v${start}`, 'x'.repeat(2000))
      expect(await state.incrCounter('n', 1)).toBe(start)
      await space.close()
      expect(warnings).toEqual([])
    }
    expect(numbers()).toEqual(['journal-1', 'journal-2', 'journal-3', 'journal-4'])
    for (let start = 5; start <= 12; start += 1) {
      const { space, state } = await open(folder, 1000)
      expect(await state.incrCounter('n', 1)).toBe(start)
      expect(await state.getState('v1')).toBe('x'.repeat(2000))
      await space.close()
    }
    expect(numbers().length).toBeLessThan(10)
  })
})

describe('a state that was removed while it is open', () => {
  test('as a folder, is an error of the next call that changes it', async () => {
    const folder = temporaryFolder()
    const { state, space } = await open(folder)
    await state.putState('v', 1)
    fs.rmSync(folderOf(folder), { recursive: true })
    const refusal = (): Promise<unknown> => state.putState('v', 2).catch((error: Error) => error.message)
    await expect
      .poll(refusal)
      .toBe(`Cannot put "v": "${folderOf(folder)}" was removed: start this process again`)
    await expect(space.close()).rejects.toThrow('was removed')
  })

  test('as a journal, is an error of the next call that changes it', async () => {
    const folder = temporaryFolder()
    const { state, space } = await open(folder)
    const file = journalFile(folderOf(folder), 1)
    fs.rmSync(file)
    const refusal = (): Promise<unknown> => state.incrCounter('n', 2).catch((error: Error) => error.message)
    await expect.poll(refusal).toBe(`Cannot add to "n": "${file}" was removed: start this process again`)
    await expect(space.close()).rejects.toThrow('was removed')
  })

  test('right before it is closed, is an error of closing it', async () => {
    const folder = temporaryFolder()
    const { state, space } = await open(folder)
    await state.putState('v', 1)
    fs.rmSync(folderOf(folder), { recursive: true })
    await expect(space.close()).rejects.toThrow('was removed')
  })
})

const hasNamespaces = spawnSync('unshare', ['-p', '-f', '--mount-proc', 'true']).status === 0

describe.runIf(hasNamespaces)('two containers on one volume', () => {
  const programs = bundledPrograms(['stand-still'])

  function start(...args: (string | number)[]): ChildProcess {
    const program = path.join(programs(), 'stand-still.mjs')
    const child = spawn(
      'unshare',
      ['-p', '-f', '--mount-proc', '--kill-child', process.execPath, program, ...args.map(String)],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    )
    onTestFinished(() => void child.kill('SIGKILL'))
    return child
  }

  test('take turns without a loss when one is paused longer than its lock lasts', async () => {
    const folder = temporaryFolder()
    const one = start(folder, 20, 5500)
    const lines = createInterface({ input: one.stdout ?? process.stdin })
    const said: string[] = []
    lines.on('line', line => said.push(line))
    await expect.poll(() => said, { timeout: 10_000 }).toContain('stands still')
    const acknowledged = Number(said.at(-2))
    const two = start(folder, 100, 0)
    const other: string[] = []
    createInterface({ input: two.stdout ?? process.stdin }).on('line', line => other.push(line))
    await Promise.all([once(one, 'close'), once(two, 'close')])
    expect(said.at(-1)).toMatch(/^Cannot add to "n": another process has taken ".*" over/)
    expect(said.at(-2)).toBe('stands still')
    expect(other[0]).toBe(String(acknowledged + 1))
    expect(other.at(-1)).toBe(String(acknowledged + 100))
    const { state, space, warnings } = await open(folder)
    expect([await state.getCounter('n'), warnings]).toEqual([acknowledged + 100, []])
    await space.close()
  }, 60_000)
})

test('the state of kplug 0.1 opens, and an older kplug then refuses it', async () => {
  const folder = temporaryFolder()
  fs.mkdirSync(folderOf(folder), { recursive: true })
  const written =
    '6b706c7567737401346855e6bf208db06b7052c4c2af19000000010c00000072756c652f6f702f302f2f6e0000000000001c406b709f026b5815000000020c00000072756c652f6f702f302f2f76010601616b702fec8a9117000000020f00000072756c652f6f702f302f2f676f6e650104026b7046f98ea914000000000f00000072756c652f6f702f302f2f676f6e656b70adbd31dc19000000010c00000072756c652f6f702f302f2f6e00000000000020406b7014470f880d00000003000000000000000000806640'
  const old = journalFile(folderOf(folder), 0)
  fs.writeFileSync(old, Buffer.from(written, 'hex'))
  const { state, space, warnings } = await open(folder)
  const values = ['n', 'v', 'gone'].map(key => state.getState(key))
  expect([await Promise.all(values), warnings]).toEqual([[8, 'a', undefined], []])
  expect(await state.incrCounter('n', 1)).toBe(9)
  await space.close()
  // An older kplug reads the version in the 8th byte first, and names it.
  expect([fs.readFileSync(old)[7], fs.readdirSync(folderOf(folder)).toSorted()]).toEqual([
    2,
    ['journal', 'journal-1', 'lock'],
  ])
  const again = await open(folder)
  expect(await again.state.getCounter('n')).toBe(9)
  await again.space.close()
})

describe('a file that is not a journal is refused in one sentence', () => {
  const restore = 'restore the folder from a copy, or move the folder away to begin without state'

  async function refusal(prepare: (folder: string) => void): Promise<string> {
    const folder = temporaryFolder()
    fs.mkdirSync(folderOf(folder), { recursive: true })
    prepare(folderOf(folder))
    const error = (await open(folder).catch((reason: unknown) => reason)) as Error
    const start = `Cannot open the state in "${folderOf(folder)}": `
    expect(error.message).toContain(start)
    return error.message.slice(start.length)
  }

  test.each([
    ['an empty file', 'journal-1', '', `"journal-1" is empty: ${restore}`],
    ['an empty file of an older kplug', 'journal', '', `"journal" is empty: ${restore}`],
    ['half a header', 'journal-1', 'kplugst\x02abc', `"journal-1" is damaged at byte 0: ${restore}`],
    ['another file', 'journal-1', '{"a": 1}', '"journal-1" is not a journal of kplug: move it away'],
  ])('%s', async (_, name, text, sentence) => {
    expect(await refusal(folder => fs.writeFileSync(path.join(folder, name), text))).toBe(sentence)
  })

  test.each(['journal', 'journal-1'])('a fifo named %s', async name => {
    const made = refusal(folder => execFileSync('mkfifo', [path.join(folder, name)]))
    expect(await made).toBe(`"${name}" is a fifo, not a file: move it away`)
  })

  test('a folder without the journal that it had', async () => {
    const folder = temporaryFolder()
    await (await open(folder)).space.close()
    fs.rmSync(journalFile(folderOf(folder), 1))
    await expect(open(folder)).rejects.toThrow(`its journal, a file "journal-N", is missing: ${restore}`)
  })

  test('a journal without the one that it continues', async () => {
    const folder = temporaryFolder()
    for (let start = 1; start <= 2; start += 1) {
      const { space, state } = await open(folder, 1000)
      await state.putState(`v${start}`, 'x'.repeat(2000))
      await space.close()
    }
    fs.rmSync(journalFile(folderOf(folder), 1))
    await expect(open(folder)).rejects.toThrow(`"journal-1" is missing: ${restore}`)
  })
})
