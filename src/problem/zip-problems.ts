import { problem, type Problem } from './problem.js'
import { filesSubject, named, zipSubject } from './subject.js'

// What can be wrong with the zip of a package as a zip. The engine's own words keep the engine's own spelling.

export const zipProblems = {
  unreadable: (reason: string) =>
    problem('zip-unreadable', zipSubject, {
      seen: reason === '' ? 'is not complete' : `is not complete (${reason})`,
      remedy: 'Pack it again',
      engine: 'zip: not a valid zip file',
    }),
  tooLarge: (seen: string) =>
    problem('zip-too-large', zipSubject, { seen, remedy: 'Pack only what the plugins need' }),
  leadsOut: (name: string) =>
    problem('zip-path', named('file', name), {
      seen: 'has a path that leads out of the package, at least on some systems',
      remedy: 'Pack files by paths below the package, with "/"',
    }),
  escapes: (name: string, folder: string): Problem => ({
    ...zipProblems.leadsOut(name),
    engine: `mkdirat ${folder}: path escapes from parent`,
  }),
  nameEmpty: () =>
    problem('zip-path', zipSubject, {
      seen: 'has a file with an empty name',
      remedy: 'Pack files by their paths',
    }),
  nameLong: (name: string, bytes: number, limit: number) =>
    problem('zip-path', named('file', `${name.slice(0, 20)}…`), {
      seen: `has a name of ${bytes} bytes, and the limit is ${limit}`,
      remedy: 'Rename it',
    }),
  parentMissing: (name: string, folder: string, parent: string) =>
    problem('zip-parent', named('file', name), {
      seen: `lies in a folder whose own folder "${parent}/" has no entry before it, which eKuiper 2.4 and newer refuse`,
      remedy: `Put an entry "${parent}/" before it`,
      engine: `mkdirat ${folder}: no such file or directory`,
      versions: '>=2.4.0',
    }),
  unusual: (name: string, path: string, what: string) =>
    problem('zip-link', named('file', name), {
      seen: `is ${what}, which a package must not have`,
      remedy: 'Pack a plain file',
      engine: `openat ${path}: unsupported file mode`,
    }),
  encrypted: (name: string) =>
    problem('zip-encoding', named('file', name), {
      seen: 'is encrypted, and the engine has no password',
      remedy: 'Pack it with deflate',
    }),
  methodUnknown: (name: string, method: number) =>
    problem('zip-encoding', named('file', name), {
      seen: `is compressed with method ${method}, which the engine does not support`,
      remedy: 'Pack it with deflate',
      engine: 'zip: unsupported compression algorithm',
    }),
  damaged: (name: string) =>
    problem('zip-checksum', named('file', name), {
      seen: 'is damaged: its bytes do not have its checksum',
      remedy: 'Pack it again',
      engine: 'zip: checksum error',
    }),
  twice: (name: string) =>
    problem('zip-duplicate', named('file', name), {
      seen: 'is in the zip twice, and only the last one counts',
      remedy: 'Remove one of them',
    }),
  sameButCase: (names: readonly string[]) =>
    problem('zip-duplicate', filesSubject(names), {
      seen: 'are one file on systems that ignore letter case',
      remedy: 'Remove one of them',
    }),
  fileAndFolder: (name: string) =>
    problem('zip-duplicate', named('file', name), {
      seen: 'is both a file and a folder',
      remedy: 'Remove one of them',
    }),
} satisfies Record<string, (...facts: never[]) => Problem>
