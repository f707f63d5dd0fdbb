import type { Io } from '../io.js'

const number = new Intl.NumberFormat('en')

const clearLine = '\r\u001b[K'

/** What to begin a line of standard error with, so that it does not go on where the progress stands. */
export const freshLine = ({ stderr }: Io): string => (stderr.isTTY === true ? clearLine : '')

/** Shows on a terminal, each second, how many rows went through; not among rows. Answers what ends it. */
export function showProgress(io: Io, count: { rows: number }, printsRows: boolean): () => void {
  const quiet = io.stderr.isTTY !== true || (printsRows && io.stdout.isTTY === true)
  if (quiet) return () => {}
  let before = 0
  const timer = setInterval(() => {
    io.stderr.write(
      `\r${number.format(count.rows)} rows, ${number.format(count.rows - before)} rows/s \u001b[K`,
    )
    before = count.rows
  }, 1000)
  return () => {
    clearInterval(timer)
    if (before > 0) io.stderr.write(clearLine)
  }
}
