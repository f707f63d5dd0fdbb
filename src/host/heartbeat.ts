import * as fs from 'node:fs'

const interval = 1000
const digits = 12

/** Counts seconds in a file of the supervisor, which replaces a process whose event loop never comes round. */
export function countSeconds(file: number): void {
  let count = 0
  const write = (): void => {
    count += 1
    try {
      fs.writeSync(file, `${String(count).padStart(digits, '0')}\n`, 0)
    } catch {
      // A plugin may have closed the file: the supervisor then takes the process for one that stands still.
    }
  }
  write()
  setInterval(write, interval)
}
