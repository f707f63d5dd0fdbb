import * as path from 'node:path'
import type { StartRefusal } from '../../ekuiper/protocol.js'
import { symbolOf } from '../../plugin/name.js'
import { bootProblems } from '../../problem/boot-problems.js'
import { at, type Place, type Problem } from '../../problem/problem.js'
import type { Note } from '../../load/message.js'
import { judgeFailure, judgeServers, placeOfHang } from '../../load/judge.js'
import { placeInSource, placesOf } from '../../stack/source-place.js'
import type { BootFolder, BootPlugin } from './boot-folder.js'
import { prepareMachine } from './machine.js'
import { answerLimit, handshakeLimit, PlayedEngine, type Trouble } from './played-engine.js'

/** A problem found at run time, and its plugin; undefined if the problem concerns the whole package. */
export interface BootFinding {
  plugin: BootPlugin | undefined
  problem: Problem
}

/**
 * The boot check: starts a package as an engine would, starts its plugins one by one, and stops it. If a plugin hangs
 * or ends the process, a new process starts the remaining plugins.
 */
export async function boot(folder: BootFolder): Promise<BootFinding[]> {
  const machine = prepareMachine(folder.loadFolder, folder.folder, folder.channels)
  const found: BootFinding[] = []
  const waiting = [...folder.plugins]
  do {
    const engine = await PlayedEngine.open(folder, machine)
    try {
      const silent = await engine.greeted()
      if (silent) return [...found, { plugin: undefined, problem: problemOfStart(silent, folder, engine) }]
      found.push(...(await tryInTurn(waiting, engine)))
    } finally {
      await engine.close()
      found.push(...serversOf(folder.plugins, engine.process.notes))
    }
  } while (waiting.length > 0)
  return found
}

async function tryInTurn(waiting: BootPlugin[], engine: PlayedEngine): Promise<BootFinding[]> {
  const found: BootFinding[] = []
  for (let plugin = waiting.shift(); plugin !== undefined; plugin = waiting.shift()) {
    engine.process.output = ''
    const trouble = await engine.tryOut(plugin)
    const problem = trouble && problemOf(plugin, trouble, engine)
    if (problem) found.push({ plugin, problem })
    if (trouble && trouble.how !== 'refused') break
  }
  return found
}

/** Undefined for a plugin that only lacks properties, because the rule provides them. */
function problemOf(plugin: BootPlugin, trouble: Trouble, engine: PlayedEngine): Problem | undefined {
  const { output, notes } = engine.process
  if (trouble.how === 'refused') return problemOfRefusal(plugin, trouble.refusal, output)
  if (trouble.how === 'died')
    return at(bootProblems.died(plugin, lastWords(output, trouble.reason)), placeOfError(plugin, output))
  const { file } = plugin
  const place = file === undefined ? {} : placeOfHang(file, notes, placeInSource)
  return at(bootProblems.hang(plugin, trouble.question, answerLimit / 1000), place)
}

function problemOfRefusal(plugin: BootPlugin, refusal: StartRefusal, output: string): Problem | undefined {
  const { code, reason, package: missingPackage } = refusal
  const { kind, name, file } = plugin
  if (code === 'properties-missing') return undefined
  if ((code === 'load-failed' || code === 'package-missing') && file !== undefined) {
    const loaded = { file, kind, symbol: symbolOf(name) }
    return judgeFailure(loaded, { reason, missingPackage, stack: output }, placeInSource)
  }
  const problem = code === 'out-of-reach' ? bootProblems.unreachable : bootProblems.refused
  return at(problem(plugin, reason), placeOfError(plugin, output))
}

const placeOfError = ({ file }: BootPlugin, output: string): Place =>
  (file === undefined ? undefined : placeInSource(file, placesOf(output))) ?? {}

function problemOfStart(trouble: Trouble, booted: BootFolder, engine: PlayedEngine): Problem {
  const { output } = engine.process
  if (trouble.how === 'hang') return bootProblems.silent(booted, handshakeLimit / 1000)
  const reason = lastWords(output, trouble.how === 'died' ? trouble.reason : 'it writes nothing')
  return at(bootProblems.failed(booted, reason), placeBelow(booted.folder, output))
}

/** The error that a program wrote before it ended, or else how it ended. */
const lastWords = (output: string, otherwise: string): string =>
  /^(?:Uncaught )?(\w*(?:Error|Exception)\b.*)$/m.exec(output)?.[1]?.trim() ??
  output.trim().split('\n').at(-1) ??
  otherwise

/** The line in the package's own files that caused an error. */
function placeBelow(folder: string, output: string): Place {
  const own = placesOf(output).find(({ file }) => file.startsWith(`${folder}/`))
  return own ? { file: path.relative(folder, own.file), line: own.line, column: own.column } : {}
}

/** Servers opened while a plugin is loaded. A source may open one in `open`. */
function serversOf(plugins: readonly BootPlugin[], notes: readonly Note[]): BootFinding[] {
  const loading = notes.filter(note => note.note === 'listen' && note.stack.includes('ModuleJob'))
  return plugins.flatMap(plugin => {
    const { file, kind, name } = plugin
    if (file === undefined) return []
    const own = loading.filter(
      note => note.note === 'listen' && placesOf(note.stack).some(place => place.file === file),
    )
    const loaded = { file, kind, symbol: symbolOf(name) }
    return judgeServers(loaded, own, placeInSource).map(problem => ({ plugin, problem }))
  })
}
