import type { Io } from '../io.js'
import type { Level } from '../plugin/log-level.js'
import type { Problem } from '../problem/problem.js'
import { type DevEvent, eventAsJson } from '../report/dev.js'
import { printable, printableLines } from '../report/printable.js'
import { styleFor } from '../report/style.js'
import { freshLine } from './progress.js'
import { reportProblems } from './report-build.js'

/** Where a run of plugins shows its rows, and says what happens. */
export interface Terminal {
  /** Returns a promise if the next row has to wait. */
  row(json: string): Promise<void> | undefined
  note(sentence: string): void
  /** Takes lines about what failed. */
  failed(text: string): void
  problems(problems: readonly Problem[]): void
  installed(version: string, milliseconds: number): void
  /** Takes a line of a plugin's log. `who` names the plugin where there are several. */
  log(level: Level, who: string, message: string): void
}

const colours = { debug: 'dim', info: 'cyan', warn: 'yellow', error: 'red' } as const

/** Writes a line to standard output. Returns a promise if the next line has to wait. */
type Write = (line: string) => Promise<void> | undefined

/** Everything goes to standard output, as events, or only the rows do. */
export const terminalFor = (io: Io, json: boolean | undefined, write: Write): Terminal =>
  json ? eventTerminal(write) : textTerminal(io, write)

function textTerminal(io: Io, writeRow: Write): Terminal {
  const style = styleFor({ stream: io.stderr, env: io.env })
  const write = (text: string): void => void io.stderr.write(`${freshLine(io)}${text}\n`)
  return {
    row: writeRow,
    note: sentence => write(printable(sentence)),
    failed: write,
    problems: found => reportProblems(io, found),
    installed: (version, milliseconds) => write(`installed ${version} in ${milliseconds} ms`),
    log: (level, who, message) =>
      write(`${style[colours[level]](level)}${printableLines(` ${titled(who, message)}`)}`),
  }
}

function eventTerminal(write: Write): Terminal {
  const tell = (happened: DevEvent): Promise<void> | undefined => write(eventAsJson(happened))
  return {
    row: row => tell({ event: 'row', row }),
    note: message => void tell({ event: 'note', message }),
    failed: message => void tell({ event: 'failed', message }),
    problems: found => void (found.length > 0 && tell({ event: 'problems', problems: found })),
    installed: (version, milliseconds) => void tell({ event: 'installed', version, milliseconds }),
    log: (level, who, message) => void tell({ event: 'note', message: `${level} ${titled(who, message)}` }),
  }
}

const titled = (who: string, message: string): string => (who === '' ? message : `${who}: ${message}`)
