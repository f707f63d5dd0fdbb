import type { PluginId } from '../plugin/plugin-id.js'
import { problem, type Problem } from './problem.js'
import { named, namedPlugin } from './subject.js'

// What can go wrong while a package is started, and then its plugins, one by one.

/** The process of a package: its name and its executable. */
export interface Booted {
  name: string
  executable: string
}

const subjectOf = ({ kind, name }: PluginId) => namedPlugin(kind, name)

const silence = ({ name, executable }: Booted) => ({
  engine: `plugin …/${name}/${executable} control handshake error: receive time out`,
})

export const bootProblems = {
  failed: (booted: Booted, reason: string) =>
    problem('boot-failed', named('package', booted.name), {
      seen: `ends before its handshake: ${reason}`,
      ...silence(booted),
    }),
  silent: (booted: Booted, seconds: number) =>
    problem('boot-silent', named('package', booted.name), {
      seen: `sends no handshake within ${seconds} s`,
      remedy: 'Send the handshake before any slow work',
      ...silence(booted),
    }),
  notMade: (name: string, reason: string) =>
    problem('boot-failed', named('package', name), { seen: `cannot be made: ${reason}` }),
  refused: (plugin: PluginId, reason: string) =>
    problem('boot-refused', subjectOf(plugin), {
      seen: `cannot be started: ${reason}`,
      remedy:
        plugin.kind === 'function'
          ? undefined
          : `If it needs ${plugin.kind === 'source' ? 'a DATASOURCE or ' : ''}properties, add them to "kplug.check" in package.json`,
    }),
  unreachable: (plugin: PluginId, reason: string) =>
    problem('boot-unreachable', subjectOf(plugin), {
      seen: `cannot reach a network or device from this machine, so its start is not checked: ${reason}`,
      remedy: 'Run the check where the network or device can be reached',
    }),
  hang: (plugin: PluginId, question: string, seconds: number) =>
    problem('boot-hang', subjectOf(plugin), {
      seen: `does not respond to "${question}" within ${seconds} s`,
      remedy: 'Limit how long it waits, and do not block the process',
    }),
  died: (plugin: PluginId, reason: string) =>
    problem('boot-refused', subjectOf(plugin), {
      seen: `ends the process of the package when it is started: ${reason}`,
    }),
} satisfies Record<string, (...facts: never[]) => Problem>
