import type { Io } from './io.js'

const number = new Intl.NumberFormat('en')

/** Shows on a terminal, each second, how many rows went through; elsewhere nothing. Answers what ends it. */
export function showProgress(io: Io, count: { rows: number }): () => void {
  const quiet = io.stderr.isTTY !== true || io.stdout.isTTY === true
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
    if (before > 0) io.stderr.write('\r\u001b[K')
  }
}
