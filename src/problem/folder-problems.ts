import type { Kind } from '../plugin/kind.js'
import { problem, type Problem } from './problem.js'
import { filesSubject, named, pluginSubject, zipSubject } from './subject.js'

// What can be wrong with a folder of built plugins, and with a folder of packages.

export const folderProblems = {
  strayFile: (name: string, reason: string) =>
    problem('stray-file', named('file', name), {
      seen: `is not a plugin: ${reason}`,
      remedy: 'Rename it, or move it away',
    }),
  fileUnreadable: (name: string, reason: string) =>
    problem('file-unreadable', named('file', name), { seen: `cannot be read: ${reason}` }),
  folderUnreadable: (name: string, reason: string) =>
    problem('file-unreadable', named('folder', name), { seen: `cannot be read: ${reason}` }),
  mapOrphan: (name: string) =>
    problem('map-orphan', named('file', name), {
      seen: 'is a source map without its built file',
      remedy: 'Remove it',
    }),
  twoSpellings: (names: readonly string[], used: string) =>
    problem('two-spellings', filesSubject(names), {
      seen: `are spellings of one plugin, and "${used}" takes effect`,
      remedy: 'Remove the others',
    }),
  caseClash: (names: readonly string[]) =>
    problem('case-clash', filesSubject(names), {
      seen: 'differ in letter case only',
      remedy: 'Rename one of the plugins',
    }),
  engineOrder: (kind: Kind, name: string, ours: string, engines: string) =>
    problem('engine-order', pluginSubject(kind, name), {
      seen: `has the version "${engines}" in eKuiper, which orders versions as text; the latest is "${ours}"`,
      remedy: `Remove the version "${engines}"`,
    }),
  packageUnreadable: (reason: string) =>
    problem('zip-unreadable', zipSubject, { seen: `cannot be read: ${reason}` }),
} satisfies Record<string, (...facts: never[]) => Problem>
