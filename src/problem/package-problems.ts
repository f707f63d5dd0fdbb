import type { Kind } from '../plugin/kind.js'
import { problem, type Problem } from './problem.js'
import { named, namedPlugin, zipSubject } from './subject.js'

// What can be wrong with a package: with its manifests, and the files that they name. The engine's own words keep the
// engine's own spelling.

const invalidPlugin = (reason: string): string => `invalid plugin, ${reason}`

const runAsItIs = 'Write "language": "go", which runs the executable directly'

/** The executable of a package. */
export interface Executable {
  /** The name of the package. */
  name: string
  file: string
}

const stops = ({ name, file }: Executable, reason: string): string =>
  `plugin executable …/${name}/${file} stops with error fork/exec …/${name}/${file}: ${reason}`

/** How the files of a package differ from the list of checksums that it was packed with. */
const changes = {
  changed: 'does not match its checksum in SHA256SUMS',
  added: 'is not listed in SHA256SUMS',
  removed: 'is listed in SHA256SUMS, but is not in the zip',
}

export const packageProblems = {
  manifestMissing: (name: string, count: number) =>
    problem('manifest-missing', named('manifest', name), {
      seen: 'is not at the root of the zip',
      remedy: 'Name the manifest after the package',
      engine: `missing or invalid json file ${name}, found ${count} files in total`,
    }),
  manifestEmpty: (name: string, reason: string): Problem => ({
    ...packageProblems.manifestInvalid(name, reason),
    engine: 'unexpected end of JSON input',
  }),
  manifestInvalid: (name: string, reason: string) =>
    problem('manifest-invalid', named('manifest', name), { seen: `cannot be read: ${reason}` }),
  nameDiffers: (name: string, seen: string, installed: string) =>
    problem('manifest-invalid', named('manifest', name), {
      seen: `has the name "${seen}", but the package is installed as "${installed}"`,
      remedy: 'Remove "name"',
      engine: invalidPlugin(`expect name '${installed}' but got '${seen}'`),
    }),
  languageMissing: (name: string) =>
    problem('language-unsupported', named('manifest', name), {
      seen: 'has no language',
      remedy: runAsItIs,
      engine: invalidPlugin('missing language'),
    }),
  languageUnsupported: (name: string, language: string) =>
    problem('language-unsupported', named('manifest', name), {
      seen: `has the language "${language}", but eKuiper supports only "go" and "python"`,
      remedy: runAsItIs,
      engine: invalidPlugin(`language '${language}' is not supported`),
    }),
  executableUnnamed: (name: string) =>
    problem('executable-missing', named('manifest', name), {
      seen: 'has no executable',
      remedy: 'Name the file to run as "executable"',
      engine: invalidPlugin('missing executable'),
    }),
  symbolsMissing: (name: string) =>
    problem('symbols-missing', named('manifest', name), {
      seen: 'has no source, sink or function',
      remedy: 'Name at least one',
      engine: invalidPlugin('must define at lease one source, sink or function'),
    }),
  symbolDuplicate: (kind: Kind, name: string) =>
    problem('symbol-duplicate', namedPlugin(kind, name), {
      seen: 'is in the manifest more than once',
      remedy: 'Remove all but one of them',
    }),
  hostFileMissing: (kind: Kind, name: string, path: string) =>
    problem('package-file-missing', namedPlugin(kind, name), {
      seen: `has no file "${path}" in the zip`,
      remedy: 'Run `kplug pack` again',
    }),
  hostNotTold: (kind: Kind, name: string) =>
    problem('package-file-missing', namedPlugin(kind, name), {
      seen: 'is not in the manifest of its host',
      remedy: 'Run `kplug pack` again',
    }),
  executableMissing: (name: string) =>
    problem('executable-missing', named('executable', name), {
      seen: 'is not in the zip under exactly this name',
      remedy: 'Use its name in the zip, without "./"',
      engine: `missing ${name}`,
    }),
  executableMode: (executable: Executable, mode: string) =>
    problem('executable-mode', named('executable', executable.file), {
      seen: `has mode ${mode} in the zip, and the engine keeps it`,
      remedy: 'Pack it with mode 0755',
      engine: stops(executable, 'permission denied'),
    }),
  executableFormat: (executable: Executable) =>
    problem('executable-format', named('executable', executable.file), {
      seen: 'is neither a program for Linux nor a script that begins with "#!"',
      remedy: 'Begin it with "#!/usr/bin/env node"',
      engine: stops(executable, 'exec format error'),
    }),
  interpreterWithReturn: ({ file }: Executable) =>
    problem('executable-format', named('executable', file), {
      seen: 'ends its first line in CR LF, which becomes part of the name of its interpreter',
      remedy: 'End its lines in LF',
    }),
  interpreterUncertain: (executable: Executable, interpreter: string) =>
    problem('executable-format', named('executable', executable.file), {
      severity: 'warning',
      seen: `has the interpreter "${interpreter}", which not every machine has`,
      remedy: `Begin it with "#!/usr/bin/env ${interpreter.split('/').at(-1)}"`,
      engine: stops(executable, 'no such file or directory'),
    }),
  interpreterMissing: (executable: Executable, interpreter: string) =>
    problem('executable-format', named('executable', executable.file), {
      seen: `has the interpreter "${interpreter}", which other machines may not have`,
      remedy: 'Begin it with "#!/usr/bin/env node"',
      engine: stops(executable, 'no such file or directory'),
    }),
  machineDiffers: (wanted: string, here: string) =>
    problem('native-machine', zipSubject, {
      seen: `holds native code for ${wanted}, and this machine is ${here}`,
      remedy: 'Run the check on such a machine, or pack on one like this',
    }),
  abiDiffers: (wanted: string, version: string, here: string) =>
    problem('native-machine', zipSubject, {
      seen: `holds native code for Node.js with ABI ${wanted}, and Node.js ${version} has ABI ${here}`,
      remedy: 'Pack with that Node.js, or run the check on the one that packed: `--node VERSION`',
    }),
  defaultsMissing: (name: string) =>
    problem('defaults-missing', named('file', name), {
      seen: 'is not in the zip',
      remedy: 'Add a file that contains "default: {}"',
      engine: `missing ${name}`,
    }),
  defaultsInvalid: (name: string, seen: string, remedy?: string) =>
    problem('defaults-invalid', named('file', name), { seen, remedy }),
  changed: (name: string, how: keyof typeof changes) =>
    problem('package-file-changed', named('file', name), {
      seen: changes[how],
      remedy: 'Run `kplug pack` again, or remove SHA256SUMS from the zip if the change is intended',
    }),
} satisfies Record<string, (...facts: never[]) => Problem>
