import * as fs from 'node:fs'
import * as path from 'node:path'
import { randomBytes } from 'node:crypto'

// A folder holds `journal-N`. The journal with the highest number counts, and those that its base names. A number is
// given to one process only, and only upwards. `journal` without a number is the only journal of an older kplug; next
// to numbered ones it is a header that makes an older kplug refuse the folder.

export const journalFile = (folder: string, number: number): string =>
  path.join(folder, number === 0 ? 'journal' : `journal-${number}`)

export const temporaryFile = (folder: string): string =>
  path.join(folder, `new-${randomBytes(6).toString('hex')}`)

/** The highest number, 0 if there is none. */
export const newestNumber = (folder: string): number => Math.max(0, ...journalNumbers(folder))

const journalNumbers = (folder: string): number[] =>
  fs.readdirSync(folder).flatMap(name => {
    const number = /^journal-([1-9]\d{0,9})$/.exec(name)?.[1]
    return number === undefined ? [] : Number(number)
  })

/** Removes what an interrupted start or compaction left. */
export function removeUnfinished(folder: string): void {
  for (const name of fs.readdirSync(folder)) {
    // Older versions of kplug wrote `journal.new`.
    if (/^new-[0-9a-f]+$|^journal\.new$/.test(name)) fs.rmSync(path.join(folder, name), { force: true })
  }
}

export function removeBefore(folder: string, root: number): void {
  for (const number of journalNumbers(folder)) {
    if (number < root) fs.rmSync(journalFile(folder, number), { force: true })
  }
}
