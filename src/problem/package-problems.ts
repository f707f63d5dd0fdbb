import type { Kind } from '../plugin/kind.js'
import { answeredWith, problem, type Problem, since } from './problem.js'

// What can be wrong with the zip of a package: with its entries, its manifests, and the files that they name. The
// engine's own words keep the engine's own spelling.

const zip = { type: 'zip' } as const
const file = (name: string) => ({ type: 'file' as const, name })
const manifest = (name: string) => ({ type: 'manifest' as const, name })

const invalidPlugin = (found: Problem, engine: string): Problem =>
  answeredWith(found, `invalid plugin, ${engine}`)

const runAsItIs = 'Write "language": "go", which runs the executable directly'

/** The executable of a package. */
export interface Executable {
  /** The name of the package. */
  name: string
  file: string
}

const stops = ({ name, file: executable }: Executable, reason: string): string =>
  `plugin executable …/${name}/${executable} stops with error fork/exec …/${name}/${executable}: ${reason}`

/** The zip as a zip. */
const ofEntries = {
  unreadable: (reason: string) =>
    answeredWith(
      problem(
        'zip-unreadable',
        zip,
        reason === '' ? 'is not complete' : `is not complete (${reason})`,
        'Pack it again',
      ),
      'zip: not a valid zip file',
    ),
  tooLarge: (seen: string) => problem('zip-too-large', zip, seen, 'Pack only what the plugins need'),
  leadsOut: (name: string) =>
    problem(
      'zip-path',
      file(name),
      'has a path that leads out of the package, at least on some systems',
      'Pack files by paths below the package, with "/"',
    ),
  nameEmpty: () => problem('zip-path', zip, 'has a file with an empty name', 'Pack files by their paths'),
  nameLong: (name: string, bytes: number, limit: number) =>
    problem(
      'zip-path',
      file(`${name.slice(0, 20)}…`),
      `has a name of ${bytes} bytes, and the limit is ${limit}`,
      'Rename it',
    ),
  parentMissing: (name: string, parent: string) =>
    since(
      problem(
        'zip-parent',
        file(name),
        `lies in a folder whose own folder "${parent}/" has no entry before it, which eKuiper 2.4 and newer refuse`,
        `Put an entry "${parent}/" before it`,
      ),
      '2.4.0',
    ),
  unusual: (name: string, what: string) =>
    problem('zip-link', file(name), `is ${what}, which a package must not have`, 'Pack a plain file'),
  encrypted: (name: string) =>
    problem(
      'zip-encoding',
      file(name),
      'is encrypted, and the engine has no password',
      'Pack it with deflate',
    ),
  methodUnknown: (name: string, method: number) =>
    answeredWith(
      problem(
        'zip-encoding',
        file(name),
        `is compressed with method ${method}, which the engine does not support`,
        'Pack it with deflate',
      ),
      'zip: unsupported compression algorithm',
    ),
  damaged: (name: string) =>
    answeredWith(
      problem('zip-checksum', file(name), 'is damaged: its bytes do not have its checksum', 'Pack it again'),
      'zip: checksum error',
    ),
  twice: (name: string) =>
    problem(
      'zip-duplicate',
      file(name),
      'is in the zip twice, and only the last one counts',
      'Remove one of them',
    ),
  sameButCase: (names: readonly string[]) =>
    problem(
      'zip-duplicate',
      { type: 'files', names },
      'are one file on systems that ignore letter case',
      'Remove one of them',
    ),
  fileAndFolder: (name: string) =>
    problem('zip-duplicate', file(name), 'is both a file and a folder', 'Remove one of them'),
}

/** `NAME.json`, and what kplug itself writes. */
const ofManifests = {
  manifestMissing: (name: string, count: number) =>
    answeredWith(
      problem(
        'manifest-missing',
        manifest(name),
        'is not at the root of the zip',
        'Name the manifest after the package',
      ),
      `missing or invalid json file ${name}, found ${count} files in total`,
    ),
  manifestInvalid: (name: string, reason: string) =>
    problem('manifest-invalid', manifest(name), `cannot be read: ${reason}`),
  nameDiffers: (name: string, seen: string, installed: string) =>
    invalidPlugin(
      problem(
        'manifest-invalid',
        manifest(name),
        `has the name "${seen}", but the package is installed as "${installed}"`,
        'Remove "name"',
      ),
      `expect name '${installed}' but got '${seen}'`,
    ),
  languageMissing: (name: string) =>
    invalidPlugin(
      problem('language-unsupported', manifest(name), 'has no language', runAsItIs),
      'missing language',
    ),
  languageUnsupported: (name: string, language: string) =>
    invalidPlugin(
      problem(
        'language-unsupported',
        manifest(name),
        `has the language "${language}", but eKuiper supports only "go" and "python"`,
        runAsItIs,
      ),
      `language '${language}' is not supported`,
    ),
  executableUnnamed: (name: string) =>
    invalidPlugin(
      problem(
        'executable-missing',
        manifest(name),
        'has no executable',
        'Name the file to run as "executable"',
      ),
      'missing executable',
    ),
  symbolsMissing: (name: string) =>
    invalidPlugin(
      problem('symbols-missing', manifest(name), 'has no source, sink or function', 'Name at least one'),
      'must define at lease one source, sink or function',
    ),
  symbolDuplicate: (kind: Kind, name: string) =>
    problem(
      'symbol-duplicate',
      { type: 'plugin', kind, name },
      'is in the manifest more than once',
      'Remove all but one of them',
    ),
  hostFileMissing: (kind: Kind, name: string, path: string) =>
    problem(
      'package-file-missing',
      { type: 'plugin', kind, name },
      `has no file "${path}" in the zip`,
      'Run `kplug pack` again',
    ),
  hostNotTold: (kind: Kind, name: string) =>
    problem(
      'package-file-missing',
      { type: 'plugin', kind, name },
      'is not in the manifest of its host',
      'Run `kplug pack` again',
    ),
}

/** How the files of a package differ from the list of checksums that it was packed with. */
const changes = {
  changed: 'does not match its checksum in SHA256SUMS',
  added: 'is not listed in SHA256SUMS',
  removed: 'is listed in SHA256SUMS, but is not in the zip',
}

/** The files that the manifest names, or that the engine demands. */
const ofFiles = {
  executableMissing: (name: string) =>
    answeredWith(
      problem(
        'executable-missing',
        { type: 'executable', name },
        'is not in the zip under exactly this name',
        'Use its name in the zip, without "./"',
      ),
      `missing ${name}`,
    ),
  executableMode: (executable: Executable, mode: string) =>
    answeredWith(
      problem(
        'executable-mode',
        { type: 'executable', name: executable.file },
        `has mode ${mode} in the zip, and the engine keeps it`,
        'Pack it with mode 0755',
      ),
      stops(executable, 'permission denied'),
    ),
  executableFormat: (executable: Executable) =>
    answeredWith(
      problem(
        'executable-format',
        { type: 'executable', name: executable.file },
        'is neither a program for Linux nor a script that begins with "#!"',
        'Begin it with "#!/usr/bin/env node"',
      ),
      stops(executable, 'exec format error'),
    ),
  interpreterWithReturn: ({ file: name }: Executable) =>
    problem(
      'executable-format',
      { type: 'executable', name },
      'ends its first line in CR LF, which becomes part of the name of its interpreter',
      'End its lines in LF',
    ),
  interpreterUncertain: (executable: Executable, interpreter: string) =>
    answeredWith(
      {
        ...problem(
          'executable-format',
          { type: 'executable', name: executable.file },
          `has the interpreter "${interpreter}", which not every machine has`,
          `Begin it with "#!/usr/bin/env ${interpreter.split('/').at(-1)}"`,
        ),
        severity: 'warning',
      },
      stops(executable, 'no such file or directory'),
    ),
  interpreterMissing: (executable: Executable, interpreter: string) =>
    answeredWith(
      problem(
        'executable-format',
        { type: 'executable', name: executable.file },
        `has the interpreter "${interpreter}", which other machines may not have`,
        'Begin it with "#!/usr/bin/env node"',
      ),
      stops(executable, 'no such file or directory'),
    ),
  machineDiffers: (wanted: string, here: string) =>
    problem(
      'native-machine',
      zip,
      `holds native code for ${wanted}, and this machine is ${here}`,
      'Run the check on such a machine, or pack on one like this',
    ),
  abiDiffers: (wanted: string, version: string, here: string) =>
    problem(
      'native-machine',
      zip,
      `holds native code for Node.js with ABI ${wanted}, and Node.js ${version} has ABI ${here}`,
      'Pack with that Node.js, or run the check on the one that packed: `--node VERSION`',
    ),
  defaultsMissing: (name: string) =>
    answeredWith(
      problem('defaults-missing', file(name), 'is not in the zip', 'Add a file that contains "default: {}"'),
      `missing ${name}`,
    ),
  defaultsInvalid: (name: string, seen: string, remedy?: string) =>
    problem('defaults-invalid', file(name), seen, remedy),
  changed: (name: string, how: keyof typeof changes) =>
    problem(
      'package-file-changed',
      file(name),
      changes[how],
      'Run `kplug pack` again, or remove SHA256SUMS from the zip if the change is intended',
    ),
}

export const packageProblems = { ...ofEntries, ...ofManifests, ...ofFiles } satisfies Record<
  string,
  (...facts: never[]) => Problem
>
