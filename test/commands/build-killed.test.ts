import { spawn } from 'node:child_process'
import { once } from 'node:events'
import * as fs from 'node:fs'
import * as path from 'node:path'
import { expect, test } from 'vitest'
import { binary } from '../support/binary.js'
import { contentsOf, folderWith, manifest, plain, write } from '../support/folder.js'
import { kplug } from '../support/io.js'

const symbols = Array.from({ length: 64 }, (_, i) => `Sink${i}`)

/** Two projects that build the same plugins, each with its own bytes, into one folder. */
function rivals(): { projects: [string, string]; plugins: string } {
  const root = folderWith({ 'plugins/package.json': '' })
  for (const project of ['a', 'b']) {
    const sinks = symbols.map(symbol => [
      `${project}/src/sinks/${symbol}.ts`,
      plain.sink(symbol, `export const of = '${project.repeat(500)}'\n`),
    ])
    write(root, { ...Object.fromEntries(sinks), [`${project}/package.json`]: manifest() })
    fs.symlinkSync('../plugins', path.join(root, project, 'plugins'))
  }
  return { projects: [path.join(root, 'a'), path.join(root, 'b')], plugins: path.join(root, 'plugins') }
}

/** Starts a build and kills it as soon as it is seen to put some files in their places. */
async function killAtRename(folder: string, watched: string, count: number): Promise<void> {
  let seen = 0
  const child = spawn(process.execPath, [binary, 'build', '--no-check'], { cwd: folder, stdio: 'ignore' })
  const watcher = fs.watch(watched, () => {
    seen += 1
    if (seen === count) child.kill('SIGKILL')
  })
  await once(child, 'close')
  watcher.close()
}

/** How many files are others than before: a rename puts another file in a place. */
function replaced(before: ReadonlyMap<string, number>, after: ReadonlyMap<string, number>): number {
  return [...after].filter(([file, inode]) => before.get(file) !== inode).length
}

const inodes = (folder: string): Map<string, number> =>
  new Map(fs.readdirSync(folder).map(file => [file, fs.statSync(path.join(folder, file)).ino]))

// What lies under a dot is never a plugin: staged files, and the record of the build.
const withoutDots = (contents: Record<string, string>): Record<string, string> =>
  Object.fromEntries(Object.entries(contents).filter(([file]) => !file.startsWith('.')))

test('a killed build leaves only complete files, even between its first and its last rename', async () => {
  const { projects, plugins } = rivals()
  const whole: Record<string, string>[] = []
  for (const project of projects.toReversed()) {
    expect(await kplug(project, 'build', '--no-check')).toMatchObject({ code: 0 })
    whole.push(contentsOf(plugins))
  }
  const sinks = path.join(plugins, 'sinks')
  const files = fs.readdirSync(sinks).length
  let between = 0
  for (let round = 0; round < 30; round += 1) {
    const before = inodes(sinks)
    await killAtRename(projects[round % 2] ?? '', sinks, 1 + 2 * round)
    const renamed = replaced(before, inodes(sinks))
    if (renamed > 0 && renamed < files) between += 1
    const left = withoutDots(contentsOf(plugins))
    const broken = Object.keys(left).filter(file => !whole.some(build => build[file] === left[file]))
    expect(broken).toEqual([])
    expect(Object.keys(left)).toHaveLength(Object.keys(withoutDots(whole[0] ?? {})).length)
  }
  expect(between).toBeGreaterThanOrEqual(10)
  // What the killed builds had staged goes with the next one.
  await kplug(projects[0], 'build', '--no-check')
  expect(contentsOf(plugins)).toEqual(whole[1])
}, 60_000)
