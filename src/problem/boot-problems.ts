import type { PluginId } from '../plugin/plugin-id.js'
import { answeredWith, problem, type Problem } from './problem.js'

// What can go wrong while a package is started, and then its plugins, one by one.

/** The process of a package: its name and its executable. */
export interface Booted {
  name: string
  executable: string
}

const packageSubject = ({ name }: { name: string }) => ({ type: 'package' as const, name })
const pluginSubject = ({ kind, name }: PluginId) => ({ type: 'plugin' as const, kind, name })

const silence = ({ name, executable }: Booted): string =>
  `plugin …/${name}/${executable} control handshake error: receive time out`

export const bootProblems = {
  failed: (booted: Booted, reason: string) =>
    answeredWith(
      problem('boot-failed', packageSubject(booted), `ends before its handshake: ${reason}`),
      silence(booted),
    ),
  silent: (booted: Booted, seconds: number) =>
    answeredWith(
      problem(
        'boot-silent',
        packageSubject(booted),
        `sends no handshake within ${seconds} s`,
        'Send the handshake before any slow work',
      ),
      silence(booted),
    ),
  notMade: (name: string, reason: string) =>
    problem('boot-failed', packageSubject({ name }), `cannot be made: ${reason}`),
  refused: (plugin: PluginId, reason: string) =>
    problem(
      'boot-refused',
      pluginSubject(plugin),
      `cannot be started: ${reason}`,
      plugin.kind === 'function'
        ? undefined
        : `If it needs ${plugin.kind === 'source' ? 'a DATASOURCE or ' : ''}properties, add them to "kplug.check" in package.json`,
    ),
  unreachable: (plugin: PluginId, reason: string) =>
    problem(
      'boot-unreachable',
      pluginSubject(plugin),
      `cannot reach a network or device from this machine, so its start is not checked: ${reason}`,
      'Run the check where the network or device can be reached',
    ),
  hang: (plugin: PluginId, question: string, seconds: number) =>
    problem(
      'boot-hang',
      pluginSubject(plugin),
      `does not respond to "${question}" within ${seconds} s`,
      'Limit how long it waits, and do not block the process',
    ),
  died: (plugin: PluginId, reason: string) =>
    problem(
      'boot-refused',
      pluginSubject(plugin),
      `ends the process of the package when it is started: ${reason}`,
    ),
} satisfies Record<string, (...facts: never[]) => Problem>
