import * as fs from 'node:fs'
import * as os from 'node:os'
import * as path from 'node:path'
import { onTestFinished } from 'vitest'

type Contents = Readonly<Record<string, string>>

/** A fresh folder with some files, removed when the test has finished. Its path has no links in it. */
export function folderWith(files: Contents = {}): string {
  const folder = fs.mkdtempSync(path.join(fs.realpathSync(os.tmpdir()), 'kplug-test-'))
  onTestFinished(() => fs.rmSync(folder, { recursive: true, force: true }))
  write(folder, files)
  return folder
}

/** A fresh project of version 0.1.0 with some files. */
export function projectWith(files: Contents = {}, settings: object = {}): string {
  return folderWith({ 'package.json': manifest(settings), ...files })
}

export const manifest = (settings: object = {}): string =>
  JSON.stringify({ name: 'things', version: '0.1.0', type: 'module', kplug: settings })

export function write(folder: string, files: Contents): void {
  for (const [file, text] of Object.entries(files)) {
    const full = path.join(folder, file)
    fs.mkdirSync(path.dirname(full), { recursive: true })
    fs.writeFileSync(full, text)
  }
}

let edits = 0

/** Saves an edit that is newer than any build and any other edit, whatever the clock's grain. */
export function edit(folder: string, file: string, text: string): void {
  write(folder, { [file]: text })
  edits += 1
  const time = new Date(Date.now() + edits * 1000)
  fs.utimesSync(path.join(folder, file), time, time)
}

/** Every path below a folder, sorted, with its bytes as text; folders end in a slash, links say where they lead. */
export function contentsOf(folder: string): Record<string, string> {
  const contents: Record<string, string> = {}
  for (const entry of fs.readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const full = path.join(entry.parentPath, entry.name)
    const file = path.relative(folder, full)
    if (entry.isDirectory()) contents[`${file}/`] = ''
    else contents[file] = entry.isSymbolicLink() ? fs.readlinkSync(full) : fs.readFileSync(full, 'latin1')
  }
  return Object.fromEntries(Object.entries(contents).toSorted(([a], [b]) => (a < b ? -1 : 1)))
}

/** The files of the smallest plugins that build, by kind. */
export const plain = {
  source: (symbol: string, extra = ''): string =>
    `export class ${symbol} {\n  async *open() {\n    yield { at: 1 }\n  }\n}\n${extra}`,
  function: (symbol: string, extra = ''): string =>
    `export class ${symbol} {\n  exec([value]: readonly unknown[]) {\n    return value\n  }\n}\n${extra}`,
  sink: (symbol: string, extra = ''): string => `export class ${symbol} {\n  collect() {}\n}\n${extra}`,
}
