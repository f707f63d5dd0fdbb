import * as path from 'node:path'
import { Channels } from '../../ekuiper/channels.js'
import type { StartRefusal } from '../../ekuiper/protocol.js'
import { symbolOf } from '../../plugin/name.js'
import { bootProblems } from '../../problem/boot-problems.js'
import { at, type Location, type Problem } from '../../problem/problem.js'
import type { Note } from '../../load/message.js'
import { judgeFailure, judgeServers, locationOfHang } from '../../load/judge.js'
import { locationInSource, locationsIn } from '../../stack/source-location.js'
import { Caretaker } from './caretaker.js'
import type { BootFolder, BootPlugin } from './boot-folder.js'
import { prepareMachine } from './machine.js'
import { answerLimit, handshakeLimit, PlayedEngine, type Trouble } from './played-engine.js'

/**
 * The boot check: starts a package as an engine would, starts its plugins one by one, and stops it. If a plugin hangs
 * or ends the process, a new process starts the remaining plugins.
 */
export async function boot(folder: BootFolder): Promise<Problem[]> {
  const caretaker = new Caretaker(folder.loadFolder.folder, socketsOf(folder))
  try {
    return await bootAll(folder, caretaker)
  } finally {
    caretaker.dismiss()
  }
}

function socketsOf({ channels, name, plugins }: BootFolder): string[] {
  const own = new Channels(channels)
  const functions = plugins.filter(({ kind }) => kind === 'function')
  return [own.control(name), ...functions.map(plugin => own.function(plugin.name))]
}

async function bootAll(folder: BootFolder, caretaker: Caretaker): Promise<Problem[]> {
  const machine = prepareMachine(folder.loadFolder, folder.folder, folder.channels)
  const found: Problem[] = []
  const waiting = [...folder.plugins]
  do {
    const engine = await PlayedEngine.open(folder, machine)
    caretaker.watch(engine.process.pid)
    try {
      const silent = await engine.greeted()
      if (silent) return [...found, problemOfStart(silent, folder, engine)]
      found.push(...(await tryInTurn(waiting, engine)))
    } finally {
      await engine.close()
      found.push(...serversOf(folder.plugins, engine.process.notes))
    }
  } while (waiting.length > 0)
  return found
}

async function tryInTurn(waiting: BootPlugin[], engine: PlayedEngine): Promise<Problem[]> {
  const found: Problem[] = []
  for (let plugin = waiting.shift(); plugin !== undefined; plugin = waiting.shift()) {
    engine.process.output = ''
    const noted = engine.process.notes.length
    const trouble = await engine.tryOut(plugin)
    const problem = trouble && problemOf(plugin, trouble, engine, noted)
    if (problem) found.push(placed(problem, plugin))
    // One that tries to connect again and again would be heard while the next plugin is tried.
    if (problem?.code === 'boot-unreachable' || (trouble && trouble.how !== 'refused')) break
  }
  return found
}

/** Undefined for a plugin that only lacks properties, because the rule provides them. */
function problemOf(
  plugin: BootPlugin,
  trouble: Trouble,
  engine: PlayedEngine,
  noted: number,
): Problem | undefined {
  const { output, notes } = engine.process
  const outOfReach = trouble.how === 'died' ? undefined : missedConnection(notes.slice(noted))
  if (trouble.how === 'refused') return problemOfRefusal(plugin, trouble.refusal, output, outOfReach)
  if (trouble.how === 'died')
    return at(bootProblems.died(plugin, lastWords(output, trouble.reason)), locationOfError(plugin, output))
  if (outOfReach !== undefined)
    return at(bootProblems.unreachable(plugin, outOfReach), locationOfError(plugin, output))
  const { file } = plugin
  const location = file === undefined ? undefined : locationOfHang(file, notes, locationInSource)
  return at(bootProblems.hang(plugin, trouble.question, answerLimit / 1000), location)
}

/** Why the last connection over the network that was tried was not made; undefined where all were. */
function missedConnection(notes: readonly Note[]): string | undefined {
  const ended = new Map(notes.flatMap(note => (note.note === 'dialled' ? [[note.id, note.failure]] : [])))
  const missed = notes.flatMap(note => {
    if (note.note !== 'dial') return []
    const failure = ended.get(note.id)
    return failure === null ? [] : [failure ?? `no answer from ${note.where}`]
  })
  return missed.at(-1)
}

function problemOfRefusal(
  plugin: BootPlugin,
  refusal: StartRefusal,
  output: string,
  outOfReach: string | undefined,
): Problem | undefined {
  const { code, reason, package: missingPackage } = refusal
  const { kind, name, file } = plugin
  if (code === 'properties-missing') return undefined
  if ((code === 'load-failed' || code === 'package-missing') && file !== undefined) {
    const loaded = { file, kind, symbol: symbolOf(name) }
    return judgeFailure(loaded, { reason, missingPackage, stack: output }, locationInSource)
  }
  const isOutOfReach = code === 'out-of-reach' || (code === 'failed' && outOfReach !== undefined)
  const problem = isOutOfReach ? bootProblems.unreachable : bootProblems.refused
  return at(problem(plugin, reason), locationOfError(plugin, output))
}

const locationOfError = ({ file }: BootPlugin, output: string): Location | undefined =>
  file === undefined ? undefined : locationInSource(file, locationsIn(output))

function problemOfStart(trouble: Trouble, booted: BootFolder, engine: PlayedEngine): Problem {
  const { output } = engine.process
  if (trouble.how === 'hang') return at(bootProblems.silent(booted, handshakeLimit / 1000), booted.location)
  const reason = lastWords(output, trouble.how === 'died' ? trouble.reason : 'it writes nothing')
  return at(bootProblems.failed(booted, reason), locationBelow(booted.folder, output) ?? booted.location)
}

/** The error that a program wrote before it ended, or else how it ended. */
const lastWords = (output: string, otherwise: string): string =>
  /^(?:Uncaught )?(\w*(?:Error|Exception)\b.*)$/m.exec(output)?.[1]?.trim() ??
  output.trim().split('\n').at(-1) ??
  otherwise

/** The line in the package's own files that caused an error. */
function locationBelow(folder: string, output: string): Location | undefined {
  const own = locationsIn(output).find(({ file }) => file.startsWith(`${folder}/`))
  return own && { ...own, file: path.relative(folder, own.file) }
}

const placed = (problem: Problem, { location }: BootPlugin): Problem =>
  problem.file === undefined ? at(problem, location) : problem

/** Servers opened while a plugin is loaded. A source may open one in `open`. */
function serversOf(plugins: readonly BootPlugin[], notes: readonly Note[]): Problem[] {
  const loading = notes.filter(note => note.note === 'listen' && note.stack.includes('ModuleJob'))
  return plugins.flatMap(plugin => {
    const { file, kind, name } = plugin
    if (file === undefined) return []
    const own = loading.filter(
      note => note.note === 'listen' && locationsIn(note.stack).some(location => location.file === file),
    )
    const loaded = { file, kind, symbol: symbolOf(name) }
    return judgeServers(loaded, own, locationInSource).map(problem => placed(problem, plugin))
  })
}
