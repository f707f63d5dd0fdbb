import * as fs from 'node:fs'
import * as path from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { attempt } from '../errors/cannot.js'
import { isSystemError } from '../errors/system-error.js'
import { acceptsSignals } from '../process/process-id.js'

const betweenTries = 5
const longestWrite = 1000
const longestChange = 10_000

/** Makes a short change to a folder while no other process does. A dot file, named for its holder, is the lock. */
export async function whileLocked(folder: string, change: () => void): Promise<void> {
  const lock = path.join(folder, '.lock')
  while (!attempt(`write to ${folder}`, () => take(lock))) await setTimeout(betweenTries)
  try {
    change()
  } finally {
    fs.rmSync(lock, { force: true })
  }
}

function take(lock: string): boolean {
  try {
    fs.writeFileSync(lock, String(process.pid), { flag: 'wx' })
    return true
  } catch (error) {
    if (!isSystemError(error) || error.code !== 'EEXIST') throw error
    if (isAbandoned(lock)) fs.rmSync(lock, { force: true })
    return false
  }
}

/**
 * A killed process leaves its lock, and its id may soon be that of another process: in each container, ids begin at 1.
 * A lock that is being written is empty for a moment.
 */
function isAbandoned(lock: string): boolean {
  try {
    const holder = fs.readFileSync(lock, 'utf8')
    const age = Date.now() - fs.statSync(lock).mtimeMs
    return holder === '' ? age > longestWrite : age > longestChange || !acceptsSignals(Number(holder))
  } catch {
    return false
  }
}
