import { UsageError } from '../errors/usage-error.js'
import { builtInSince } from '../ekuiper/built-ins.js'
import type { Io } from '../io.js'
import { type Kind, kinds } from '../plugin/kind.js'
import { camelCase, type Name, nameAdvice, parseName, symbolOf } from '../plugin/name.js'
import {
  defaultProjectName,
  descriptionAdvice,
  type ProjectDetails,
  projectNameAdvice,
  projectVersionAdvice,
} from '../project/scaffold.js'
import { templatesOf } from '../project/templates.js'
import { kindAdvice, kindFrom } from './arguments.js'
import type { Question } from './ask.js'

/** What a new plugin is made of. */
interface Answers {
  kind: string
  name: string
  template: string
  project: ProjectDetails
}

/** What the command line gives of them. */
interface Given {
  instance?: boolean
  template?: string
  projectName?: string
  projectVersion?: string
  description?: string
  kind: string | undefined
  name: string | undefined
}

/** Completes the command line: asks on a terminal; otherwise uses defaults, or names what is missing. */
export async function complete(io: Io, given: Given, newProject: boolean): Promise<Answers> {
  const defaults: ProjectDetails = {
    name: given.projectName ?? defaultProjectName(io.cwd()),
    version: given.projectVersion ?? '0.1.0',
    description: given.description ?? 'Plugins for eKuiper',
  }
  const { kind, name } = given
  const template = given.template ?? (given.instance ? 'instance' : 'class')
  if (kind !== undefined && name !== undefined) return { kind, name, template, project: defaults }
  if (io.stdin.isTTY !== true || io.stderr.isTTY !== true) {
    const missing = kind === undefined ? 'kind (source, sink or function) and name' : 'name'
    const example = kind === undefined ? 'source mySource' : `${kind} my${symbolOf(kind)}`
    throw new UsageError(`Missing ${missing}: add it, for example "kplug new ${example}"`)
  }
  const { ask } = await import('./ask.js')
  const asked = await ask(kind === undefined ? [kindQuestion] : [], io)
  const chosen = kindFrom(kind ?? asked['kind'] ?? '')
  const answers = await ask(questions(given, chosen, defaults, newProject), io)
  return {
    kind: chosen,
    template: answers['template'] ?? template,
    name: name ?? answers['name'] ?? '',
    project: {
      name: answers['projectName'] ?? defaults.name,
      version: answers['projectVersion'] ?? defaults.version,
      description: answers['description'] ?? defaults.description,
    },
  }
}

const kindQuestion: Question = { name: 'kind', message: 'Kind of plugin', choices: kinds, advice: kindAdvice }

const templateQuestion = (kind: Kind): Question => ({
  name: 'template',
  message: 'Start from',
  choices: templatesOf(kind).map(({ name, summary }) => ({ value: name, name: `${name}: ${summary}` })),
})

function questions(given: Given, kind: Kind, defaults: ProjectDetails, newProject: boolean): Question[] {
  const ofProject: Question[] = [
    {
      name: 'projectName',
      message: 'Name of the project',
      default: defaults.name,
      advice: projectNameAdvice,
    },
    {
      name: 'projectVersion',
      message: 'Version of the project',
      default: defaults.version,
      advice: projectVersionAdvice,
    },
    {
      name: 'description',
      message: 'Description of the project',
      default: defaults.description,
      advice: descriptionAdvice,
    },
  ]
  const all: Question[] = [
    {
      name: 'name',
      message: 'Name, in camel case',
      advice: text => pluginNameAdvice(kind, text),
      correction: text => nameCorrection(kind, text),
    },
    ...(given.instance ? [] : [templateQuestion(kind)]),
    ...(newProject ? ofProject : []),
  ]
  return all.filter(({ name }) => given[name as keyof Given] === undefined)
}

function pluginNameAdvice(kind: Kind, text: string): string | undefined {
  const name = parseName(text)
  if (name === undefined) return nameAdvice(text)
  return builtInSince(kind, name.name) !== undefined ? builtInAdvice(kind, name) : undefined
}

function nameCorrection(kind: Kind, text: string): string | undefined {
  const camel = camelCase(text)
  return builtInSince(kind, camel) !== undefined ? `my${symbolOf(camel)}` : camel
}

export const builtInAdvice = (kind: Kind, { name, symbol }: Name): string =>
  `Cannot add the ${kind} "${name}": eKuiper has a built-in ${kind} of that name; choose another name, for example "my${symbol}"`
