import { messageOf, stackOf } from '../errors/reason.js'
import { isSystemError, systemSentence } from '../errors/system-error.js'
import { isUsageError } from '../errors/usage-error.js'
import type { ExitCode, Io } from '../io.js'
import { asJson } from '../report/json.js'
import { printable, printableLines } from '../report/printable.js'

/** Shows in one sentence why a command could not run. A stack trace means a bug in kplug. */
export function explain(error: unknown, io: Io): ExitCode {
  io.stderr.write(`${textOf(error)}\n`)
  return 2
}

function textOf(error: unknown): string {
  if (isUsageError(error)) return printable(error.message)
  if (isSystemError(error)) return printable(systemSentence(error))
  const stack = stackOf(error) ?? messageOf(error)
  return printableLines(`This is a bug in kplug: report it with what you typed:\n${stack}`)
}

// Colour codes are for a terminal; a program does not expect them.
const colour = /\u001b\[[\d;]*m/g

/**
 * With `--json`, a command that fails also prints its messages as JSON on standard output, where programs read. Returns
 * a function that prints them at the end.
 */
export function reportIfJson(io: Io): (code: ExitCode) => void {
  if (!wantsJson(io.argv)) return () => {}
  const output = heard(io.stdout)
  const said = heard(io.stderr)
  return code => {
    if (code !== 0 && output.text === '') {
      const message = said.text.replace(colour, '').trimEnd()
      io.stdout.write(asJson({ error: { message, code } }))
    }
  }
}

const wantsJson = (argv: readonly string[]): boolean =>
  argv.includes('--json') || argv.includes('--format=json') || argv[argv.indexOf('--format') + 1] === 'json'

/** Collects what is written to a stream from now on. */
function heard(stream: NodeJS.WritableStream): { text: string } {
  const noted = { text: '' }
  const write: (text: string) => boolean = stream.write.bind(stream)
  stream.write = (text: Uint8Array | string): boolean => {
    noted.text += text
    return write(String(text))
  }
  return noted
}
