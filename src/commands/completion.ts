import * as path from 'node:path'
import type { Command, Option } from 'commander'
import { oneOf, stateActions } from './arguments.js'
import type { ExitCode, Io } from '../io.js'
import { type Kind, kinds, parseKind } from '../plugin/kind.js'
import { findProject } from '../project/find-project.js'
import { findPluginSources } from '../project/plugin-sources.js'
import { readPlugins } from '../project/plugins-folder.js'
import { readProject } from '../project/project.js'
import { runtimes, targets } from '../package/binary/binaries.js'
import { formats } from '../report/findings.js'

export function define(command: Command): void {
  command
    .argument('<shell>', 'bash, zsh or fish; "words" prints completions for the words after "--"')
    .argument('[words...]', 'the words typed so far')
}

export function run(
  io: Io,
  [shell, words]: [string, string[]],
  _options: object,
  command: Command,
): ExitCode {
  const text =
    shell === 'words' ? asLines(candidates(io, words, command)) : scripts[oneOf('shell', shells, shell)]
  io.stdout.write(text)
  return 0
}

const asLines = (words: readonly string[]): string => words.map(word => `${word}\n`).join('')

const shells = ['bash', 'zsh', 'fish'] as const

const scripts: Record<(typeof shells)[number], string> = {
  bash: `_kplug() {
  local IFS=$'\\n'
  COMPREPLY=($(kplug completion words -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null))
}
complete -o default -F _kplug kplug
`,
  zsh: `#compdef kplug
_kplug() {
  local -a words_found
  words_found=("\${(@f)$(kplug completion words -- "\${(@)words[2,CURRENT]}" 2>/dev/null)}")
  if [[ -n "$words_found" ]]; then compadd -a words_found; else _files; fi
}
compdef _kplug kplug
`,
  fish: `function __kplug_words
  set -l before (commandline -opc)[2..-1]
  kplug completion words -- $before (commandline -ct) 2>/dev/null
end
complete -c kplug -a '(__kplug_words)'
`,
}

/** Completions of the last word. If there are none, the shell completes file names. */
function candidates(io: Io, words: readonly string[], command: Command): string[] {
  const last = words.at(-1) ?? ''
  return possible(io, words.slice(0, -1), last, command).filter(word => word.startsWith(last))
}

function possible(io: Io, before: readonly string[], last: string, { parent }: Command): string[] {
  const commands = parent?.commands ?? []
  const at = before.findIndex(word => commands.some(command => command.name() === word))
  const names = commands.map(command => command.name())
  const typed = commands.find(command => command.name() === before[at])
  if (typed === undefined) {
    return last.startsWith('-') ? ['--help', '--version', '--directory'] : [...names, 'help']
  }
  if (typed.name() === 'completion') return [...shells]
  const option = optionBefore(typed, before.at(-1) ?? '')
  if (option) return [...(optionValues[option.long ?? ''] ?? [])]
  if (last.startsWith('-')) return [...typed.options.map(({ long }) => long ?? ''), '--help']
  return argumentsOf(io, typed, positional(typed, before.slice(at + 1)))
}

const optionValues: Record<string, readonly string[]> = {
  '--format': formats,
  '--runtime': runtimes,
  '--standalone': targets,
}

/** The option whose value comes next. */
const optionBefore = (command: Command, word: string): Option | undefined =>
  command.options.find(option => option.required && (option.long === word || option.short === word))

const positional = (command: Command, words: readonly string[]): string[] =>
  words.filter((word, index) => !word.startsWith('-') && !optionBefore(command, words[index - 1] ?? ''))

/** Commands that take other words than the kinds of plugins. */
const otherKinds: Record<string, string[]> = { call: ['function'], new: [...kinds, 'test'] }

function argumentsOf(io: Io, command: Command, given: readonly string[]): string[] {
  const [first] = command.registeredArguments
  if (first?.name() === 'names') return pluginNames(io, kinds)
  if (first?.name() === 'action' && given.length === 0) return [...stateActions]
  if (first?.name() !== 'kind') return []
  const kind = given[0] === undefined ? undefined : parseKind(given[0])
  if (given.length === 0) return otherKinds[command.name()] ?? [...kinds]
  if (command.name() === 'new' && given[0] === 'test') return pluginNames(io, ['sink', 'function'])
  const takesName = ['run', 'describe', 'call'].includes(command.name()) && given.length === 1
  return takesName && kind !== undefined ? pluginNames(io, [kind]) : []
}

/** If a project cannot be read, there are no completions: a shell cannot show the reason. */
function pluginNames(io: Io, wanted: readonly Kind[]): string[] {
  try {
    const folder = findProject(io.cwd())
    if (folder === undefined) return []
    const sources = findPluginSources(readProject(folder)).sources.filter(({ kind }) => wanted.includes(kind))
    const { plugins } = readPlugins(path.join(folder, 'plugins'), wanted)
    return [...new Set([...sources, ...plugins].map(({ name }) => name))].toSorted()
  } catch {
    return []
  }
}
