import * as path from 'node:path'
import { bootProblems } from './boot-problems.js'
import { at, type Place, type Problem } from '../../problem/problem.js'
import type { Note } from '../../load/message.js'
import { judgeFailure, judgeServers, placeOfHang } from '../../load/judge.js'
import { placeInSource, placesOf } from '../../stack/source-place.js'
import type { BootFolder, BootPlugin } from './boot-folder.js'
import { answerLimit, handshakeLimit, type Refusal, Session } from './session.js'

/** A problem of a package at work, and the plugin that it is about; undefined where it is about the whole. */
export interface BootFinding {
  plugin: BootPlugin | undefined
  problem: Problem
}

/**
 * The boot check: starts a package as an engine would, tries out its plugins one after the other, and ends it. After
 * one that hangs or dies the others are tried in a new process.
 */
export async function boot(folder: BootFolder): Promise<BootFinding[]> {
  const found: BootFinding[] = []
  const waiting = [...folder.plugins]
  do {
    const session = await Session.open(folder)
    try {
      const silent = await session.greeted()
      if (silent) return [...found, { plugin: undefined, problem: judgeStart(silent, folder, session) }]
      found.push(...(await tryInTurn(waiting, session)))
    } finally {
      await session.close()
      found.push(...serversOf(folder.plugins, session.process.notes))
    }
  } while (waiting.length > 0)
  return found
}

async function tryInTurn(waiting: BootPlugin[], session: Session): Promise<BootFinding[]> {
  const found: BootFinding[] = []
  for (let plugin = waiting.shift(); plugin !== undefined; plugin = waiting.shift()) {
    session.process.output = ''
    const refusal = await session.tryOut(plugin)
    if (refusal === undefined || wantsProperties(refusal)) continue
    found.push({ plugin, problem: judge(plugin, refusal, session) })
    if (refusal.how !== 'refused') break
  }
  return found
}

/** Whoever only misses properties that a rule will give is not at fault. */
function wantsProperties(refusal: NonNullable<Refusal>): boolean {
  if (refusal.how !== 'refused') return false
  const reasons = /^Cannot configure the (?:source|sink): (.*)$/s.exec(refusal.reason)?.[1]?.split('; ')
  return reasons?.every(reason => reason.endsWith('but it is missing')) ?? false
}

function judge(plugin: BootPlugin, refusal: NonNullable<Refusal>, session: Session): Problem {
  const { kind, name, file } = plugin
  const { output, notes } = session.process
  const place = file === undefined ? {} : (placeInSource(file, placesOf(output)) ?? {})
  if (refusal.how === 'hang') {
    const where = file === undefined ? {} : placeOfHang(file, notes, placeInSource)
    return at(bootProblems.hang(kind, name, refusal.doing, answerLimit / 1000), where)
  }
  if (refusal.how === 'died')
    return at(bootProblems.died(kind, name, lastWords(output, refusal.reason)), place)
  const unloaded = /^Cannot load \w+ "\w+": (.*)$/s.exec(refusal.reason)?.[1]
  if (unloaded === undefined || file === undefined)
    return at(bootProblems.refused(kind, name, refusal.reason), place)
  return judgeFailure(file, unloaded, output, placeInSource)
}

function judgeStart(
  refusal: NonNullable<Refusal>,
  { name, executable, folder }: BootFolder,
  session: Session,
): Problem {
  const { output } = session.process
  if (refusal.how === 'hang') return bootProblems.silent(name, executable, handshakeLimit / 1000)
  const reason = lastWords(output, refusal.how === 'died' ? refusal.reason : 'it says nothing')
  return at(bootProblems.failed(name, executable, reason), placeBelow(folder, output))
}

/** The error that a program wrote before its end, else how it ended. */
const lastWords = (output: string, otherwise: string): string =>
  /^(?:Uncaught )?(\w*(?:Error|Exception)\b.*)$/m.exec(output)?.[1]?.trim() ??
  output.trim().split('\n').at(-1) ??
  otherwise

/** Where in the package's own files an error came from. */
function placeBelow(folder: string, output: string): Place {
  const own = placesOf(output).find(({ file }) => file.startsWith(`${folder}/`))
  return own ? { file: path.relative(folder, own.file), line: own.line, column: own.column } : {}
}

/** Servers that are opened while a plugin is loaded. One that a source opens in `open` may be what it lives on. */
function serversOf(plugins: readonly BootPlugin[], notes: readonly Note[]): BootFinding[] {
  const loading = notes.filter(note => note.note === 'listen' && note.stack.includes('ModuleJob'))
  return plugins.flatMap(plugin => {
    const { file } = plugin
    if (file === undefined) return []
    const own = loading.filter(
      note => note.note === 'listen' && placesOf(note.stack).some(place => place.file === file),
    )
    return judgeServers(file, own, placeInSource).map(problem => ({ plugin, problem }))
  })
}
