import * as fs from 'node:fs'

const interval = 1000
const digits = 12

/** Counts seconds in a file of the supervisor. The supervisor restarts a process whose event loop is blocked. */
export function countSeconds(file: number): void {
  let count = 0
  const write = (): void => {
    count += 1
    try {
      fs.writeSync(file, `${String(count).padStart(digits, '0')}\n`, 0)
    } catch {
      // If a plugin has closed the file, the supervisor takes the process for blocked.
    }
  }
  write()
  setInterval(write, interval)
}
