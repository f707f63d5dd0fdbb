import type { Io } from '../io.js'

const number = new Intl.NumberFormat('en')

const clearLine = '\r\u001b[K'

/** Prefix of lines on standard error, so that they replace the progress. */
export const freshLine = ({ stderr }: Io): string => (stderr.isTTY === true ? clearLine : '')

/**
 * Shows the number of rows on a terminal each second, unless rows are printed there. Returns a function that stops it.
 */
export function showProgress(io: Io, count: { rows: number }, printsRows: boolean): () => void {
  const quiet = io.stderr.isTTY !== true || (printsRows && io.stdout.isTTY === true)
  if (quiet) return () => {}
  let before = 0
  const timer = setInterval(() => {
    io.stderr.write(
      `\r${number.format(count.rows)} rows, ${number.format(count.rows - before)} rows/s \u001b[K`,
    )
    before = count.rows
  }, 1000).unref()
  return () => {
    clearInterval(timer)
    if (before > 0) io.stderr.write(clearLine)
  }
}
