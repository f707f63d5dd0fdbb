// What a state survives: `npm run bench state-faults`. It takes minutes, so it runs only by its name. Each try does
// steps, lets one thing go wrong at a random moment, and opens the state again. It survives if everything that was
// acknowledged is there, or if an error says that the state is damaged.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import * as fs from 'node:fs'
import * as os from 'node:os'
import * as path from 'node:path'
import { createInterface } from 'node:readline'
import { isDeepStrictEqual } from 'node:util'
import { realDisk } from '../../src/state/file/disk.js'
import { type FileOptions, fileDriver } from '../../src/state/file/driver.js'
import { journalFile, newestNumber } from '../../src/state/file/journal-files.js'
import { storeOver } from '../../src/state/plugin-state.js'
import type { PluginState, State } from '../../src/state/store.js'
import { bundlePrograms } from '../support/state/bundled.js'
import { doStep, expectStep, keys, place } from '../support/state/steps.js'

interface Kind {
  what: string
  tries: number
  atOnce: number
  /** Returns what was lost, undefined if nothing was. */
  attempt: (folder: string) => Promise<string | undefined>
}

const root = fs.mkdtempSync(path.join(os.tmpdir(), 'kplug-faults-'))
const ofPlugin = (folder: string): string => path.join(folder, 'function', 'f')
const newestIn = (folder: string): string => journalFile(ofPlugin(folder), newestNumber(ofPlugin(folder)))
const below = (limit: number): number => Math.floor(Math.random() * limit)

async function open(
  folder: string,
  options: Partial<FileOptions> = {},
): Promise<{ space: PluginState; state: State }> {
  const all = { checkpoint: 'off' as const, warn: () => {}, lockWait: 0, compactAt: 3000, ...options }
  const space = await storeOver(fileDriver(folder, all)).open('function', 'f')
  return { space, state: space.at(place) }
}

async function contentsOf(state: State): Promise<Map<string, unknown>> {
  const found = new Map<string, unknown>()
  for (const key of [...keys, 'n']) {
    const value = await state.getState(key)
    if (value !== undefined) found.set(key, value)
  }
  return found
}

/** What each number of steps leaves. */
function histories(steps: number): Map<string, unknown>[] {
  const model = new Map<string, unknown>()
  return Array.from({ length: steps + 1 }, (_, step) => {
    if (step > 0) expectStep(model, step)
    return new Map(model)
  })
}

/** Steps until one is refused, or until `limit`. Returns the number of those that were acknowledged. */
async function stepUntilRefused(state: State, limit: number): Promise<number> {
  for (let step = 1; step <= limit; step += 1) {
    try {
      await doStep(state, step)
    } catch {
      return step - 1
    }
  }
  return limit
}

/** Opens the folder, and compares it with what at least `fewest` and at most `most` steps leave. */
async function compare(folder: string, fewest: number, most: number): Promise<string | undefined> {
  const { space, state } = await open(folder)
  const found = await contentsOf(state)
  await space.close()
  const expected = histories(most).slice(fewest)
  return expected.some(one => isDeepStrictEqual(one, found))
    ? undefined
    : `not what ${fewest} to ${most} steps leave`
}

async function fullDisk(folder: string): Promise<string | undefined> {
  let room = Number.POSITIVE_INFINITY
  const writeSync: typeof realDisk.writeSync = (fd, bytes, offset, length, position) => {
    const fits = Math.min(length, room)
    if (fits === 0 && length > 0) throw Object.assign(new Error('full'), { code: 'ENOSPC' })
    room -= fits
    return realDisk.writeSync(fd, bytes, offset, fits, position)
  }
  const { space, state } = await open(folder, { disk: { ...realDisk, writeSync }, checkpoint: 5 })
  room = below(20_000)
  const last = await stepUntilRefused(state, 2000)
  room = Number.POSITIVE_INFINITY
  await space.close()
  return compare(folder, last, last)
}

/** The record at the end of a closed journal says what is on the disk. Its bytes. */
const lastMark = 27

async function damage(folder: string): Promise<string | undefined> {
  const { space, state } = await open(folder, { checkpoint: 1000 })
  const last = await stepUntilRefused(state, 40)
  await space.close()
  const file = newestIn(folder)
  const bytes = fs.readFileSync(file)
  const wasCut = Math.random() < 0.3
  const at = below(bytes.length)
  const end = Math.min(bytes.length, at + 1 + below(600))
  const overwrites = !wasCut && Math.random() < 0.5
  if (wasCut) fs.truncateSync(file, at)
  else if (overwrites) fs.writeFileSync(file, bytes.fill(below(256), at, end))
  else fs.writeFileSync(file, Buffer.concat([bytes, Buffer.alloc(1 + below(600), below(256))]))
  try {
    // A file whose end was cut or overwritten looks like an interrupted write, and leaves what was written before.
    const endIsLost = wasCut || (overwrites && end > bytes.length - lastMark)
    return await compare(folder, endIsLost ? 0 : last, last)
  } catch (error) {
    return /^Cannot open the state in ".*": ".*" is /.test((error as Error).message)
      ? undefined
      : String(error)
  }
}

async function takeover(folder: string): Promise<string | undefined> {
  const before = await open(folder, { checkpoint: 20 })
  const counting = stepUntilRefused(before.state, Number.POSITIVE_INFINITY)
  for (let turn = below(40); turn >= 0; turn -= 1) await new Promise(resolve => setImmediate(resolve))
  const lock = path.join(ofPlugin(folder), 'lock')
  for (const name of fs.readdirSync(lock).filter(claim => claim.startsWith('claim-')))
    fs.renameSync(path.join(lock, name), path.join(lock, 'evicted-00'))
  const after = await open(folder)
  const found = await contentsOf(after.state)
  const last = await counting
  await before.space.close().catch(() => {})
  await after.space.close()
  const expected = histories(last + 1).slice(last)
  return expected.some(one => isDeepStrictEqual(one, found)) ? undefined : `lost some of ${last} steps`
}

async function removal(folder: string): Promise<string | undefined> {
  const { space, state } = await open(folder)
  await stepUntilRefused(state, below(100))
  fs.rmSync(Math.random() < 0.5 ? ofPlugin(folder) : newestIn(folder), { recursive: true })
  await new Promise(resolve => setTimeout(resolve, 60))
  const put = await state.putState('v', 1).then(
    () => 'a put was acknowledged after the removal',
    () => undefined,
  )
  const closed = await space.close().then(
    () => 'closing succeeded after the removal',
    () => undefined,
  )
  return put ?? closed
}

function start(program: string, args: readonly (string | number)[], isolated: boolean): ChildProcess {
  const command = [process.execPath, path.join(root, `${program}.mjs`), ...args.map(String)]
  const [file = '', ...rest] = isolated ? ['unshare', '-p', '-f', '--mount-proc', ...command] : command
  return spawn(file, rest, { stdio: ['ignore', 'pipe', 'inherit'] })
}

async function kill(folder: string): Promise<string | undefined> {
  const child = start('killed', [folder, 1], false)
  let last = 0
  const lines = createInterface({ input: child.stdout ?? process.stdin })
  lines.on('line', line => {
    last = Number(line)
    if (last === 50) setTimeout(() => child.kill('SIGKILL'), Math.random() * 30)
  })
  await Promise.all([once(child, 'exit'), once(lines, 'close')])
  return compare(folder, last, last + 1)
}

/** Two containers on one volume, the first of which stands still for longer than its lock lasts, or almost. */
async function standStill(folder: string): Promise<string | undefined> {
  const said: string[][] = [[], []]
  const run = (index: number, ...args: number[]): ChildProcess => {
    const child = start('stand-still', [folder, ...args], true)
    createInterface({ input: child.stdout ?? process.stdin }).on('line', line => said[index]?.push(line))
    return child
  }
  const one = run(0, 20 + below(200), 1500 + below(5000))
  while (!said[0]?.includes('stands still')) await new Promise(resolve => setTimeout(resolve, 10))
  const two = run(1, 100 + below(500), 0)
  await Promise.all([once(one, 'close'), once(two, 'close')])
  const counts = said.flat().map(Number).filter(Number.isInteger)
  if (new Set(counts).size !== counts.length) return 'two processes acknowledged one count'
  const { space, state } = await open(folder)
  const found = await state.getCounter('n')
  await space.close()
  return found >= Math.max(...counts) ? undefined : `acknowledged ${Math.max(...counts)}, found ${found}`
}

const kinds: Kind[] = [
  { what: 'damaged, cut or longer journal', tries: 1500, atOnce: 20, attempt: damage },
  { what: 'disk that becomes full', tries: 500, atOnce: 10, attempt: fullDisk },
  { what: 'taken over while it counts', tries: 500, atOnce: 25, attempt: takeover },
  { what: 'folder or journal removed', tries: 250, atOnce: 25, attempt: removal },
  { what: 'stood still in a container', tries: 50, atOnce: 10, attempt: standStill },
  { what: 'SIGKILL at a random moment', tries: 200, atOnce: 4, attempt: kill },
]

async function tryAll({ what, tries, atOnce, attempt }: Kind): Promise<void> {
  const losses: string[] = []
  let begun = 0
  const next = async (): Promise<void> => {
    while (begun < tries) {
      begun += 1
      const folder = path.join(root, `${what.replaceAll(' ', '-')}-${begun}`)
      const lost = await attempt(folder).catch((error: unknown) => `failed: ${String(error)}`)
      if (lost === undefined) fs.rmSync(folder, { recursive: true, force: true })
      else losses.push(`${lost} (${folder})`)
    }
  }
  await Promise.all(Array.from({ length: atOnce }, next))
  process.stdout.write(
    `${what.padEnd(32)}${String(tries).padStart(6)}${String(tries - losses.length).padStart(10)}\n`,
  )
  for (const lost of losses) process.stdout.write(`  ${lost}\n`)
}

/** All kinds, or those that have a word of the options: `--damaged`. */
export async function measure(options: readonly string[]): Promise<[]> {
  const chosen = kinds.filter(
    ({ what }) => options.length === 0 || options.some(option => what.includes(option.slice(2))),
  )
  await bundlePrograms(['killed', 'stand-still'], root)
  process.stdout.write(`\n${'what'.padEnd(32)}${'tried'.padStart(6)}${'survived'.padStart(10)}\n`)
  for (const kind of chosen) await tryAll(kind)
  // The folders of what was lost stay.
  if (fs.readdirSync(root).every(name => name.endsWith('.mjs'))) fs.rmSync(root, { recursive: true })
  return []
}
