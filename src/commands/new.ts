import * as fs from 'node:fs'
import * as path from 'node:path'
import type { Command } from 'commander'
import { folderOf, type Kind, kinds } from '../plugin/kind.js'
import { type Name, nameAdvice, parseName } from '../plugin/name.js'
import { UsageError } from '../errors/usage-error.js'
import { findProject } from '../project/find.js'
import {
  defaultProjectName,
  descriptionAdvice,
  type Files,
  pluginFiles,
  type ProjectDetails,
  projectFiles,
  projectNameAdvice,
  projectVersionAdvice,
} from '../project/scaffold.js'
import { takenBy } from '../project/taken.js'
import { Staging } from '../project/staging.js'
import { kindAdvice, kindFrom, nameFrom } from './arguments.js'
import type { Question } from './ask.js'
import type { ExitCode, Io } from '../io.js'

interface Options {
  instance?: boolean
  force?: boolean
  projectName?: string
  projectVersion?: string
  description?: string
}

export function define(command: Command): void {
  command
    .argument('[kind]', 'source, sink or function')
    .argument('[name]', 'camel case: mySource or MySource')
    .option('--instance', 'export one object for all rules instead of a class')
    .option('--project-name <name>', 'npm name of a project made on the way', checked(projectNameAdvice))
    .option('--project-version <version>', 'its version', checked(projectVersionAdvice))
    .option('--description <text>', 'its description', checked(descriptionAdvice))
    .option('--force', 'overwrite files that are there')
}

export async function run(
  io: Io,
  [kindText, nameText]: [string?, string?],
  options: Options,
): Promise<ExitCode> {
  if (kindText !== undefined) kindFrom(kindText)
  if (nameText !== undefined) nameFrom(nameText)
  const existing = findProject(io.cwd())
  if (existing === undefined) refuseFullFolder(io.cwd())
  else refuseProjectOptions(existing, options)
  const answers = await complete(io, { kind: kindText, name: nameText, ...options }, existing === undefined)
  const kind = kindFrom(answers.kind)
  const name = nameFrom(answers.name)
  const folder = existing ?? io.cwd()
  const files = plan(kind, name, folder, existing === undefined ? answers.project : undefined, options)
  refuseTaken(folder, kind, name, files, options.force === true)
  write(folder, files)
  report(io, folder, kind, name, files)
  return 0
}

/** A project is made in an empty folder only, so that nothing of somebody else's is mixed up with it. */
function refuseFullFolder(folder: string): void {
  const other = fs.readdirSync(folder).find(entry => !['.git', '.DS_Store'].includes(entry))
  if (other === undefined) return
  throw new UsageError(
    `Cannot make a project in ${folder}: it holds "${other}" and is part of no kplug project; use an empty folder, or name kplug in the devDependencies of a package.json here`,
  )
}

/** A project that is there says itself what it is called. */
function refuseProjectOptions(folder: string, options: Options): void {
  const { projectName, projectVersion, description } = options
  const given = Object.entries({
    '--project-name': projectName,
    '--project-version': projectVersion,
    '--description': description,
  }).find(([, value]) => value !== undefined)
  if (given === undefined) return
  throw new UsageError(
    `Cannot use "${given[0]}" in the project ${folder}, which exists already: change its package.json`,
  )
}

interface Answers {
  kind: string
  name: string
  project: ProjectDetails
}

interface Given extends Options {
  kind: string | undefined
  name: string | undefined
}

/** Fills in what was not typed: asks on a terminal, and elsewhere takes defaults or names what is missing. */
async function complete(io: Io, given: Given, newProject: boolean): Promise<Answers> {
  const defaults: ProjectDetails = {
    name: given.projectName ?? defaultProjectName(io.cwd()),
    version: given.projectVersion ?? '0.1.0',
    description: given.description ?? 'Plugins for eKuiper',
  }
  const { kind, name } = given
  if (kind !== undefined && name !== undefined) return { kind, name, project: defaults }
  if (io.stdin.isTTY !== true || io.stderr.isTTY !== true) {
    const missing = kind === undefined ? 'kind (source, sink or function) and name' : 'name'
    throw new UsageError(`Missing ${missing}: type it, for example "kplug new ${kind ?? 'source'} mySource"`)
  }
  const { ask } = await import('./ask.js')
  const answers = await ask(questions(given, defaults, newProject), io)
  return {
    kind: kind ?? answers['kind'] ?? '',
    name: name ?? answers['name'] ?? '',
    project: {
      name: answers['projectName'] ?? defaults.name,
      version: answers['projectVersion'] ?? defaults.version,
      description: answers['description'] ?? defaults.description,
    },
  }
}

function questions(given: Given, defaults: ProjectDetails, newProject: boolean): Question[] {
  const ofProject: Question[] = [
    {
      name: 'projectName',
      message: 'Name of the project',
      default: defaults.name,
      advice: projectNameAdvice,
    },
    {
      name: 'projectVersion',
      message: 'Its version',
      default: defaults.version,
      advice: projectVersionAdvice,
    },
    {
      name: 'description',
      message: 'Its description',
      default: defaults.description,
      advice: descriptionAdvice,
    },
  ]
  const all: Question[] = [
    { name: 'kind', message: 'Kind of plugin', choices: kinds, advice: kindAdvice },
    { name: 'name', message: 'Name, in camel case', advice: pluginNameAdvice },
    ...(newProject ? ofProject : []),
  ]
  return all.filter(({ name }) => given[name as keyof Given] === undefined)
}

const pluginNameAdvice = (text: string): string | undefined =>
  parseName(text) ? undefined : nameAdvice(text)

const checked =
  (advice: (text: string) => string | undefined) =>
  (text: string): string => {
    const reason = advice(text)
    if (reason === undefined) return text
    throw new UsageError(reason)
  }

function plan(
  kind: Kind,
  name: Name,
  folder: string,
  project: ProjectDetails | undefined,
  options: Options,
): Files {
  const ofProject = project === undefined ? [] : projectFiles(project, folder)
  return new Map([...ofProject, ...pluginFiles(kind, name, options.instance === true)])
}

function refuseTaken(folder: string, kind: Kind, { symbol }: Name, files: Files, force: boolean): void {
  const taken = takenBy(folder, kind, symbol)
  const own = `src/${folderOf(kind)}/${symbol}.ts`
  if (taken !== undefined && !(force && taken === own)) {
    const remedy =
      taken === own ? 'choose another name, or overwrite it with "--force"' : 'choose another name'
    throw new UsageError(`There is a ${kind} in ${taken} already: ${remedy}`)
  }
  const existing = [...files.keys()].find(file => fs.existsSync(path.join(folder, file)))
  if (existing !== undefined && !force) {
    throw new UsageError(`Cannot write ${existing}: the file exists; overwrite it with "--force"`)
  }
}

function write(folder: string, files: Files): void {
  const staging = new Staging(folder)
  try {
    for (const [file, text] of files) staging.add(file, text)
    staging.install()
  } finally {
    staging.discard()
  }
}

function report(io: Io, folder: string, kind: Kind, { name }: Name, files: Files): void {
  for (const file of files.keys()) io.stdout.write(`Made ${file}\n`)
  const npx = io.env['npm_command'] === 'exec' ? 'npx ' : ''
  const folderToGo = path.relative(io.cwd(), folder)
  const next = [
    ...(folderToGo === '' ? [] : [`cd ${folderToGo}`]),
    `${npx}kplug build`,
    `${npx}kplug describe ${kind} ${name}`,
    'npm install && npm test',
  ]
  io.stderr.write(`\nNext:\n${next.map(line => `  ${line}\n`).join('')}`)
}
