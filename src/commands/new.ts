import * as fs from 'node:fs'
import * as path from 'node:path'
import type { Command } from 'commander'
import { folderOf, type Kind, kinds } from '../plugin/kind.js'
import type { Name } from '../plugin/name.js'
import { UsageError } from '../errors/usage-error.js'
import { findProject, isOnlyInstalled } from '../project/find-project.js'
import {
  descriptionAdvice,
  projectFiles,
  projectNameAdvice,
  projectVersionAdvice,
} from '../project/scaffold.js'
import {
  type Files,
  pluginFiles,
  readmeSection,
  type Template,
  templateNamed,
  templatesOf,
  withTemplate,
} from '../project/templates.js'
import { manifestAsText } from '../project/manifest-text.js'
import { installWith, packageManagerOf, runnerOf } from '../project/package-manager.js'
import { asJson } from '../report/json.js'
import { existingSource } from '../project/existing-source.js'
import { writeFiles } from '../project/staging.js'
import { checked, givenOption, kindFrom, nameFrom } from './arguments.js'
import { refuseToOverwrite, reportFiles } from './made-files.js'
import { builtInAdvice, complete, type Details } from './new-answers.js'
import type { TestOptions } from './new-test.js'
import { fieldsFrom } from './run-options.js'
import type { ExitCode, Io } from '../io.js'

interface Options extends TestOptions, Details {
  instance?: boolean
}

export function define(command: Command): void {
  command
    .argument('[kind]', 'source, sink or function; "test" makes a test of a recording')
    .argument('[name]', 'camel case: mySource or MySource')
    .option(
      '--template <name>',
      'template of the plugin; "kplug new KIND --template help" lists the templates',
    )
    .option('--instance', 'the template "instance": one object for all rules')
    .option('--project-name <name>', 'npm name of the new project', checked(projectNameAdvice))
    .option('--project-version <version>', 'version of the new project', checked(projectVersionAdvice))
    .option('--description <text>', 'description of the new project', checked(descriptionAdvice))
    .option('--from <file>', 'recording of which "new test" makes a test')
    .option(
      '--args <fields>',
      'with "new test": the fields that are the arguments of the function',
      fieldsFrom,
    )
    .option('--as <field>', 'with "new test": the field with the result; default: "result"')
    .option('--force', 'overwrite existing files')
    .option('--json', 'print JSON')
}

export async function run(
  io: Io,
  [kindText, nameText]: [string?, string?],
  options: Options,
): Promise<ExitCode> {
  if (kindText === 'test') return (await import('./new-test.js')).newTest(io, nameText, options)
  refuseTestOptions(options)
  if (options.template === 'help') return listTemplates(io, kindText, options.json === true)
  if (kindText !== undefined) kindFrom(kindText)
  if (nameText !== undefined) nameFrom(nameText)
  const existing = findProject(io.cwd())
  if (existing === undefined) refuseFullFolder(io.cwd())
  else refuseProjectOptions(existing, options)
  const answers = await complete(io, { kind: kindText, name: nameText, ...options }, existing === undefined)
  const kind = kindFrom(answers.kind)
  const name = nameFrom(answers.name)
  const folder = existing ?? io.cwd()
  const refusal = builtInAdvice(kind, name)
  if (refusal !== undefined) throw new UsageError(refusal)
  const template = templateNamed(kind, answers.template)
  const { projectName, projectVersion: version, description } = answers
  const project = { name: projectName, version, description }
  const files = pluginFiles(kind, name, template.name)
  const ofProject =
    existing === undefined
      ? withSection(projectFiles(project, folder), readmeSection(kind, name, template.name))
      : new Map<string, string>()
  refuseTaken(folder, kind, name, files, options.force === true)
  const manifest = manifestFor(folder, ofProject, template)
  writeFiles(folder, new Map([...ofProject, ...manifest, ...files]))
  const made = [...ofProject.keys(), ...files.keys()]
  const changed = existing !== undefined && manifest.size > 0 ? ['package.json'] : []
  const next = nextCommands(io, folder, `${kind} ${name.name}`, changed.length > 0)
  reportFiles(io, { made, changed, next }, options.json)
  return 0
}

/** The files of a new project whose README ends with a section. */
const withSection = (files: Files, section: string): Files =>
  new Map([...files].map(([file, text]) => [file, file === 'README.md' ? text + section : text]))

function refuseTestOptions(options: Options): void {
  const option = givenOption(options, ['from', 'args', 'as'])
  if (option === undefined) return
  throw new UsageError(`Cannot use option "${option}" with a new plugin: it is for "kplug new test NAME"`)
}

function listTemplates(io: Io, kindText: string | undefined, json: boolean): ExitCode {
  const wanted = kindText === undefined ? kinds : [kindFrom(kindText)]
  const templates = wanted.flatMap(kind => templatesOf(kind).map(template => ({ kind, ...template })))
  if (json) {
    const shown = templates.map(({ kind, name, summary }) => ({ type: kind, name, summary }))
    io.stdout.write(asJson({ templates: shown }))
    return 0
  }
  for (const { kind, name, summary } of templates) {
    io.stdout.write(`${kind.padEnd(10)}${name.padEnd(12)}${summary}\n`)
  }
  return 0
}

/** The package.json with the requirements of the template; undefined if it does not change. */
function manifestFor(folder: string, ofProject: Files, template: Template): Files {
  const { dependencies, devDependencies, assets } = template
  if (!dependencies && !devDependencies && !assets) return new Map()
  const text = ofProject.get('package.json') ?? fs.readFileSync(path.join(folder, 'package.json'), 'utf8')
  // It was read when the project was found.
  const manifest = withTemplate(JSON.parse(text) as Record<string, unknown>, template)
  return new Map([['package.json', manifestAsText(manifest, text)]])
}

/** A project is created only in an empty folder, so that it does not mix with other files. */
function refuseFullFolder(folder: string): void {
  const other = fs.readdirSync(folder).find(entry => !['.git', '.DS_Store'].includes(entry))
  if (other === undefined) return
  throw new UsageError(
    `Cannot create a project in ${folder}: it contains "${other}" and does not belong to a kplug project; use an empty folder, or run "kplug init" in a package`,
  )
}

/** The details of an existing project are in its package.json. */
function refuseProjectOptions(folder: string, options: Options): void {
  const option = givenOption(options, ['projectName', 'projectVersion', 'description'])
  if (option === undefined) return
  throw new UsageError(
    `Cannot use "${option}" in the existing project ${folder}: edit its package.json instead`,
  )
}

function refuseTaken(folder: string, kind: Kind, { symbol }: Name, files: Files, force: boolean): void {
  const clash = existingSource(folder, kind, symbol)
  const own = `src/${folderOf(kind)}/${symbol}.ts`
  if (clash !== undefined && !(force && clash === own)) {
    const remedy =
      clash === own ? 'choose another name, or overwrite it with "--force"' : 'choose another name'
    throw new UsageError(`Cannot create the ${kind}: ${clash} already exists; ${remedy}`)
  }
  refuseToOverwrite(folder, files.keys(), force)
}

function nextCommands(io: Io, folder: string, plugin: string, needsInstall: boolean): string[] {
  const manager = packageManagerOf(folder)
  const prefix = manager === 'npm' && io.env['npm_command'] !== 'exec' ? '' : `${runnerOf(manager)} `
  const there = path.relative(io.cwd(), folder)
  return [
    ...(there === '' ? [] : [`cd ${there}`]),
    ...(isOnlyInstalled(folder) ? [`${runnerOf(manager)} kplug init`] : []),
    ...(needsInstall ? [installWith(manager)] : []),
    `${prefix}kplug build`,
    `${prefix}kplug describe ${plugin}`,
    `${installWith(manager)} && ${manager} ${manager === 'bun' ? 'run ' : ''}test`,
  ]
}
