import * as path from 'node:path'
import type { Command } from 'commander'
import { slashedFrom } from '../project/slashed.js'
import { clauseOf, type Problem } from '../problem/problem.js'
import { gradeOf } from '../problem/rules.js'
import { UsageError } from '../errors/usage-error.js'
import { checkPackage } from '../check/package.js'
import { checkPluginsFolder } from '../check/plugins-folder.js'
import { checkProject } from '../check/project.js'
import { findNode } from '../check/find-node.js'
import type { NodeProgram } from '../load/node-program.js'
import { oldestNode } from '../project/oldest-node.js'
import { fixProject } from '../check/fix.js'
import { kplugVersion } from '../project/installation.js'
import { type CheckSettings, parseManifest } from '../project/project.js'
import { type CheckTarget, checkTargetAt } from '../project/check-target.js'
import {
  type Findings,
  findingsAsAnnotations,
  findingsAsJson,
  findingsAsSarif,
  type Format,
  formats,
} from '../report/findings.js'
import { findingsAsText } from '../report/findings-as-text.js'
import { problemCount } from '../report/problems.js'
import { styleFor } from '../report/style.js'
import { oneOf } from './arguments.js'
import { readPropsFile } from './props.js'
import { untilInterrupted } from './interrupt.js'
import type { ExitCode, Io } from '../io.js'
import { say } from './say.js'

interface Options {
  format?: Format
  json?: boolean
  strict?: boolean
  types: boolean
  load: boolean
  boot?: boolean
  fix?: boolean
  name?: string
  node?: string
  props?: string
}

export function define(command: Command): void {
  command
    .argument('[path]', 'project, plugins folder or zip of a package; default: the current project')
    .option(
      '--format <format>',
      `one of ${formats.join(', ')}; default: github in GitHub Actions, otherwise text`,
      text => oneOf('format', formats, text),
    )
    .option('--json', 'the same as --format json')
    .option('--strict', 'exit with 1 for warnings too')
    .option('--no-types', 'skip the type-check')
    .option('--no-load', 'skip checks that load the plugins')
    .option('--boot', 'start the package on this machine, and play the engine')
    .option(
      '--node <version>',
      'load and boot on this Node.js: a version, fetched from npm, or the path of a program',
    )
    .option('--name <name>', 'name under which the package is installed, if it is not its own')
    .option(
      '--props <file>',
      'JSON or YAML file with properties and arguments for --boot; overrides "kplug.check" of package.json',
    )
    .option('--fix', 'first repair what can be repaired safely')
}

export function run(io: Io, [place]: [string?], options: Options): Promise<ExitCode> {
  return untilInterrupted(io, async signal => {
    const target = checkTargetAt(path.resolve(io.cwd(), place ?? '.'), place !== undefined)
    if (options.fix) repair(io, target)
    const problems = await checks[target.kind](target.path, {
      ...options,
      boot: options.boot === true,
      given: await givenFrom(io, options),
      node: nodeFor(io, options),
      signal,
    })
    const relative = slashedFrom(io.cwd(), target.path)
    io.stdout.write(render(io, { kind: target.kind, path: relative || '.', problems }, target, options))
    io.stderr.write(summary(problems))
    return gradeOf(problems, options.strict === true)
  })
}

/** The Node.js for the check. If it is not the oldest that a package supports, a message says so. */
function nodeFor(io: Io, { node, boot }: Options): NodeProgram | undefined {
  if (node !== undefined) return findNode(node, io.cwd(), io.env)
  const [oldest] = oldestNode.split('.')
  if (boot && process.versions.node.split('.')[0] !== oldest)
    say(
      io,
      `Booting on Node.js ${process.versions.node}. Use "--node ${oldest}" to boot on the oldest line that packages support`,
    )
  return undefined
}

/** The file has the format of "kplug.check". */
async function givenFrom(io: Io, { props, boot }: Options): Promise<CheckSettings | undefined> {
  if (props === undefined) return undefined
  if (!boot)
    throw new UsageError('Cannot use option "--props" without "--boot": only the boot check starts plugins')
  const file = path.resolve(io.cwd(), props)
  const { data, problems } = parseManifest({ kplug: { check: await readPropsFile(file) } })
  if (data) return data.kplug?.check
  throw new UsageError(`Cannot use ${file}: ${problems.map(clauseOf).join('; ')}`)
}

const checks = { project: checkProject, plugins: checkPluginsFolder, package: checkPackage }

function repair(io: Io, { kind, path: folder }: CheckTarget): void {
  if (kind !== 'project')
    throw new UsageError('Cannot repair built plugins or a package: "--fix" requires a project')
  for (const { done, sentence } of fixProject(folder)) say(io, `${done ? 'Fixed' : 'Left'} ${sentence}`)
}

function render(io: Io, findings: Findings, target: CheckTarget, { format, json }: Options): string {
  switch (json ? 'json' : (format ?? (io.env['GITHUB_ACTIONS'] === 'true' ? 'github' : 'text'))) {
    case 'json':
      return findingsAsJson(findings)
    case 'github':
      return findingsAsAnnotations(inRepository(findings, target), baseOf(io, target))
    case 'sarif':
      return findingsAsSarif(inRepository(findings, target), baseOf(io, target), kplugVersion())
    case 'text':
      return findingsAsText(findings, io.stdout.columns ?? 80, styleFor({ stream: io.stdout, env: io.env }))
  }
}

/** The folder of a target's files, relative to the root of the repository, or outside CI to the current folder. */
function baseOf(io: Io, { kind, path: place }: CheckTarget): string {
  const root = io.env['GITHUB_WORKSPACE'] ?? io.cwd()
  const below = slashedFrom(root, kind === 'package' ? path.dirname(place) : place)
  return below === '' || below.startsWith('..') ? '' : `${below}/`
}

/** A problem without a file concerns the whole target: the package.json of a project, or the zip of a package. */
function inRepository(findings: Findings, { kind, path: place }: CheckTarget): Findings {
  if (kind !== 'package') return { ...findings, path: 'package.json' }
  const zip = path.basename(place)
  // Only problems with a line are in the author's own sources. All others are inside the zip.
  const problems = findings.problems.map(problem =>
    problem.line === undefined ? { ...problem, file: zip } : problem,
  )
  return { ...findings, path: zip, problems }
}

function summary(problems: readonly Problem[]): string {
  const count = problems.length === 0 ? 'No problems found' : `\n${problemCount(problems)}`
  return `${count}\n`
}
