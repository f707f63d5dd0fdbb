import { type Executable, packageProblems } from '../../problem/package-problems.js'
import { at, type Problem } from '../../problem/problem.js'
import { filesOf, type PackageContents, type ZipEntry } from '../../package/contents.js'
import { demandedFiles } from '../../package/check-manifest.js'
import type { EngineManifest } from '../../ekuiper/engine-manifest.js'

/** Problems of the files that a package must have: the executable first, then the defaults of its sources. */
export function checkFiles(name: string, manifest: EngineManifest, contents: PackageContents): Problem[] {
  const files = new Map(filesOf(contents).map(entry => [entry.path, entry]))
  const absent = demandedFiles(manifest)
    .filter(file => file !== '' && !files.has(file))
    .map(file =>
      file === manifest.executable
        ? packageProblems.executableMissing(file)
        : packageProblems.defaultsMissing(file),
    )
  const executable = files.get(manifest.executable)
  return [...absent, ...(executable ? checkExecutable(name, manifest, executable, contents) : [])]
}

function checkExecutable(
  name: string,
  { language }: EngineManifest,
  entry: ZipEntry,
  { texts }: PackageContents,
): Problem[] {
  // eKuiper passes the file to Python, so only Python can start it.
  if (language !== 'go') return []
  const executable = { name, file: entry.path }
  const found =
    checkMode(executable, entry) ?? checkFormat(executable, texts.get(entry.name) ?? Buffer.alloc(0))
  return found === undefined ? [] : [at(found, { file: executable.file })]
}

function checkMode(executable: Executable, { mode }: ZipEntry): Problem | undefined {
  if ((mode & 0o100) !== 0) return undefined
  return packageProblems.executableMode(executable, (mode & 0o777).toString(8).padStart(4, '0'))
}

// Every container image of eKuiper has these.
const everywhere = new Set(['/usr/bin/env', '/bin/sh'])

// Some machines have them: `/bin/bash` is in the images with Debian, `/usr/local/bin/node` in those of Node.js.
const usual = /^\/(?:usr\/(?:local\/)?)?bin\/[^/]+$/

const elf = Buffer.from('\x7fELF')

function checkFormat(executable: Executable, start: Buffer): Problem | undefined {
  if (start.subarray(0, 4).equals(elf)) return undefined
  const line = /^#! *([^\n]*)(?=\n)/.exec(start.toString('latin1'))?.[1]
  if (line === undefined) return packageProblems.executableFormat(executable)
  if (line.endsWith('\r')) return packageProblems.interpreterWithReturn(executable)
  const [interpreter = ''] = line.split(/[ \t]/)
  if (everywhere.has(interpreter)) return undefined
  return usual.test(interpreter)
    ? packageProblems.interpreterUncertain(executable, interpreter)
    : packageProblems.interpreterMissing(executable, interpreter)
}
