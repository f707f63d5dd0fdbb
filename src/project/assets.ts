import * as fs from 'node:fs'
import * as path from 'node:path'
import { globSync } from 'tinyglobby'
import type { Problem } from '../problem/problem.js'
import { projectProblems } from '../problem/project-problems.js'
import { readFolder } from './folder.js'
import { slashed } from './slashed.js'
import type { Project } from './project.js'

/** The result of the patterns in `kplug.assets`. */
export interface Assets {
  /** Relative to the project, each once, with `/`. */
  files: string[]
  /** Patterns and files that cannot be used, before patterns that match no file. */
  problems: Problem[]
}

/** Finds the files that match the patterns. A pattern that starts with `!` excludes files. */
export function findAssets({ folder, settings }: Pick<Project, 'folder' | 'settings'>): Assets {
  const patterns = settings.assets ?? []
  const wanted = patterns.filter(pattern => !pattern.startsWith('!'))
  const ignore = patterns.filter(pattern => pattern.startsWith('!')).map(pattern => pattern.slice(1))
  const outside = wanted.filter(leadsOut)
  const matches = wanted
    .filter(pattern => !leadsOut(pattern))
    .map(pattern => ({ pattern, files: expand(folder, pattern, ignore) }))
  const files = [...new Set(matches.flatMap(({ files: some }) => some))].sort()
  return {
    files,
    problems: [
      ...outside.map(pattern => projectProblems.assetRefused(pattern, 'lies outside the project', copyIt)),
      ...files.flatMap(file => refusal(folder, file, wanted) ?? []),
      ...matches
        .filter(({ files: some }) => some.length === 0)
        .map(({ pattern }) => projectProblems.settingUnused('assets', pattern, 'matches no file')),
    ],
  }
}

const copyIt = 'Copy it into the project'

const leadsOut = (pattern: string): boolean => path.isAbsolute(pattern) || pattern.split('/').includes('..')

/** Includes links in the search. By default, a search skips or follows them. */
const linksAsFiles = {
  // The search requests entries with types, and no other form of the result.
  readdirSync: readEntries as unknown as typeof fs.readdirSync,
}

function readEntries(folder: string): fs.Dirent[] {
  const entries = fs.readdirSync(folder, { withFileTypes: true })
  return entries.map(entry => (entry.isSymbolicLink() ? asFile(entry) : entry))
}

const asFile = (entry: fs.Dirent): fs.Dirent =>
  Object.assign(Object.create(entry), { isSymbolicLink: () => false, isFile: () => true })

/** The search does not follow links to folders: a link may lead to the root of the file system. */
function expand(folder: string, pattern: string, ignore: readonly string[]): string[] {
  const found = globSync(pattern, {
    cwd: folder,
    onlyFiles: true,
    expandDirectories: true,
    followSymbolicLinks: false,
    fs: linksAsFiles,
    ignore: [...ignore],
    // A pattern without wildcards may name a dot file.
    dot: !/[*?[{]/.test(pattern),
  })
  return found.map(slashed).flatMap(file => filesAt(folder, file, new Set()))
}

/**
 * A file, or the files in a folder behind a link. A link out of the project is reported once, instead of all its files.
 */
function filesAt(folder: string, file: string, seen: ReadonlySet<string>): string[] {
  const full = path.join(folder, file)
  if (fs.statSync(full, { throwIfNoEntry: false })?.isDirectory() !== true) return [file]
  const real = fs.realpathSync(full)
  if (!isInside(folder, file)) return [file]
  if (seen.has(real)) return []
  const inner = new Set([...seen, real])
  return readFolder(full).flatMap(({ name }) => filesAt(folder, `${file}/${name}`, inner))
}

function isInside(folder: string, file: string): boolean {
  const real = fs.realpathSync(path.join(folder, file))
  const relative = path.relative(fs.realpathSync(folder), real)
  return relative !== '..' && !relative.startsWith(`..${path.sep}`) && !path.isAbsolute(relative)
}

// Typical names of keys, certificates and passwords.
const secret =
  /(?:^|\/)(?:\.env(?:\.[^/]*)?|\.npmrc|\.netrc|id_(?:rsa|dsa|ecdsa|ed25519))$|\.(?:pem|key|p12|pfx|jks|keystore|crt|cer|der|kdbx)$/i

function refusal(folder: string, file: string, wanted: readonly string[]): Problem | undefined {
  if (!fs.existsSync(path.join(folder, file)))
    return projectProblems.assetRefused(file, 'is a link to a missing file', 'Remove the link')
  if (!isInside(folder, file)) {
    const target = fs.realpathSync(path.join(folder, file))
    return projectProblems.assetRefused(file, `is a link to ${target}, outside the project`, copyIt)
  }
  if (!secret.test(file) || wanted.includes(file)) return undefined
  const remedy = `Name it exactly to carry it, or leave it out with "!${file}"`
  return projectProblems.assetRefused(file, 'has the name of a secret', remedy)
}
