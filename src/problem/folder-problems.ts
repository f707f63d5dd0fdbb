import type { Kind } from '../plugin/kind.js'
import { problem, type Problem } from './problem.js'

// What can be wrong with a folder of built plugins, and with a folder of packages.

export const folderProblems = {
  strayFile: (name: string, reason: string) =>
    problem('stray-file', { type: 'file', name }, `is not a plugin: ${reason}`, 'Rename it, or move it away'),
  fileUnreadable: (name: string, reason: string) =>
    problem('file-unreadable', { type: 'file', name }, `cannot be read: ${reason}`),
  folderUnreadable: (name: string, reason: string) =>
    problem('file-unreadable', { type: 'folder', name }, `cannot be read: ${reason}`),
  mapOrphan: (name: string) =>
    problem('map-orphan', { type: 'file', name }, 'is a source map without its built file', 'Remove it'),
  twoSpellings: (names: readonly string[], used: string) =>
    problem(
      'two-spellings',
      { type: 'files', names },
      `are spellings of one plugin, and "${used}" takes effect`,
      'Remove the others',
    ),
  caseClash: (names: readonly string[]) =>
    problem(
      'case-clash',
      { type: 'files', names },
      'differ in letter case only',
      'Rename one of the plugins',
    ),
  engineOrder: (kind: Kind, name: string, ours: string, engines: string) =>
    problem(
      'engine-order',
      { type: 'plugin', kind, name },
      `has the version "${engines}" in eKuiper, which orders versions as text; the latest is "${ours}"`,
      `Remove the version "${engines}"`,
    ),
  packageUnreadable: (reason: string) =>
    problem('zip-unreadable', { type: 'zip' }, `cannot be read: ${reason}`),
} satisfies Record<string, (...facts: never[]) => Problem>
