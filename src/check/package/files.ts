import { withRemedy } from '../../problem/make-problem.js'
import { at, type Problem } from '../../problem/problem.js'
import { cleanPath, isFolder, type PackageContents, type ZipEntry } from '../../package/contents.js'
import { demandedFiles } from '../../package/check-manifest.js'
import type { EngineManifest } from '../../ekuiper/engine-manifest.js'

/** What is wrong with the files that a package must have: the executable first, then the defaults of its sources. */
export function checkFiles(name: string, manifest: EngineManifest, contents: PackageContents): Problem[] {
  const files = new Map(
    contents.entries.filter(entry => !isFolder(entry)).map(entry => [cleanPath(entry.name), entry]),
  )
  const absent = demandedFiles(manifest)
    .filter(file => file !== '' && !files.has(file))
    .map(file => (file === manifest.executable ? executableMissing(file) : defaultsMissing(file)))
  const executable = files.get(manifest.executable)
  return [...absent, ...(executable ? checkExecutable(name, manifest, executable, contents) : [])]
}

const executableMissing = (file: string): Problem => ({
  ...withRemedy(
    'executable-missing',
    `The executable "${file}" is not in the zip under exactly this name`,
    'name it as it is in the zip, without "./"',
  ),
  engine: `missing ${file}`,
})

const defaultsMissing = (file: string): Problem => ({
  ...withRemedy('defaults-missing', `The zip has no "${file}"`, 'add one that holds "default: {}"'),
  engine: `missing ${file}`,
})

function checkExecutable(
  name: string,
  { language }: EngineManifest,
  entry: ZipEntry,
  { texts }: PackageContents,
): Problem[] {
  // Python is given the file; whatever it is, nothing but Python starts it.
  if (language !== 'go') return []
  const file = cleanPath(entry.name)
  const stops = (reason: string): string =>
    `plugin executable …/${name}/${file} stops with error fork/exec …/${name}/${file}: ${reason}`
  if ((entry.mode & 0o100) === 0) {
    const mode = (entry.mode & 0o777).toString(8).padStart(4, '0')
    const wrong = `The executable "${file}" has mode ${mode} in the zip, and the engine keeps it`
    return [
      {
        ...at(withRemedy('executable-mode', wrong, 'pack it with mode 0755'), { file }),
        engine: stops('permission denied'),
      },
    ]
  }
  const reason = formatAdvice(texts.get(entry.name) ?? Buffer.alloc(0))
  if (reason === undefined) return []
  const { wrong, remedy, error } = reason
  const problem = at(withRemedy('executable-format', `The executable "${file}" ${wrong}`, remedy), { file })
  return [error === undefined ? problem : { ...problem, engine: stops(error) }]
}

const elf = Buffer.from('\x7fELF')

function formatAdvice(start: Buffer): { wrong: string; remedy: string; error?: string } | undefined {
  if (start.subarray(0, 4).equals(elf)) return undefined
  const line = /^#! *([^\n]*)(?=\n)/.exec(start.toString('latin1'))?.[1]
  if (line === undefined) {
    return {
      wrong: 'is neither a program for Linux nor a script that begins with "#!"',
      remedy: 'begin it with "#!/usr/bin/env node"',
      error: 'exec format error',
    }
  }
  if (!line.endsWith('\r')) return undefined
  return {
    wrong: 'ends its first line in CR LF, which becomes part of the name of its interpreter',
    remedy: 'end its lines in LF',
  }
}
