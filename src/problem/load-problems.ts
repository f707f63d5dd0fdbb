import type { Kind } from '../plugin/kind.js'
import { problem, type Problem } from './problem.js'
import { pluginSubject } from './subject.js'

// What a built file can do wrong while it is loaded, before any rule uses it.

/** The plugin that is loaded. */
interface Loaded {
  kind: Kind
  symbol: string
}

const subjectOf = ({ kind, symbol }: Loaded) => pluginSubject(kind, symbol)

export const loadProblems = {
  throws: (plugin: Loaded, message: string) =>
    problem('load-failed', subjectOf(plugin), {
      seen: `throws while it is loaded: ${message}`,
      remedy: 'Move the failing code to open or configure',
    }),
  dependency: (plugin: Loaded, name: string) =>
    problem('load-dependency', subjectOf(plugin), {
      seen: `imports "${name}", which is neither bundled nor included in the package`,
      remedy: `Bundle it, or add "${name}" to "kplug.external" in package.json`,
    }),
  hangs: (plugin: Loaded, seconds: number) =>
    problem('load-hang', subjectOf(plugin), {
      seen: `does not finish loading within ${seconds} s`,
      remedy: 'Move slow or waiting code to open',
    }),
  exits: (plugin: Loaded) =>
    problem('load-exit', subjectOf(plugin), {
      seen: 'ends the process while it is loaded, and with it all other plugins',
      remedy: 'Throw an error in open or configure instead',
    }),
  memory: (plugin: Loaded) =>
    problem('load-memory', subjectOf(plugin), {
      seen: 'takes more than 512 MB while it is loaded',
      remedy: 'Read large data in open, or in parts',
    }),
  server: (plugin: Loaded, where: string) =>
    problem('load-server', subjectOf(plugin), {
      seen: `opens a server on ${where} while it is loaded, before any rule uses it`,
      remedy: 'Open the server in open, and close it in close',
    }),
} satisfies Record<string, (...facts: never[]) => Problem>
