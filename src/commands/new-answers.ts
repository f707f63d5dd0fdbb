import { UsageError } from '../errors/usage-error.js'
import { builtInSince } from '../ekuiper/built-ins.js'
import type { Io } from '../io.js'
import { type Kind, kinds } from '../plugin/kind.js'
import { camelCase, type Name, nameAdvice, parseName, symbolOf } from '../plugin/name.js'
import {
  defaultProjectName,
  descriptionAdvice,
  projectNameAdvice,
  projectVersionAdvice,
} from '../project/scaffold.js'
import { templatesOf } from '../project/templates.js'
import { kindAdvice, kindFrom } from './arguments.js'
import type { Question } from './ask.js'

/** The options of a new plugin and its new project. */
export interface Details {
  template?: string
  projectName?: string
  projectVersion?: string
  description?: string
}

/** What the command line gives. */
interface Given extends Details {
  instance?: boolean
  kind: string | undefined
  name: string | undefined
}

type Answers = Required<Details> & { kind: string; name: string }

/** Completes the command line: asks on a terminal; otherwise uses defaults, or names what is missing. */
export async function complete(io: Io, given: Given, newProject: boolean): Promise<Answers> {
  const { kind, name } = given
  const usual = {
    template: given.instance ? 'instance' : 'class',
    projectName: defaultProjectName(io.cwd()),
    projectVersion: '0.1.0',
    description: 'Plugins for eKuiper',
    ...given,
  }
  if (kind !== undefined && name !== undefined) return { ...usual, kind, name }
  if (io.stdin.isTTY !== true || io.stderr.isTTY !== true) {
    const missing = kind === undefined ? 'kind (source, sink or function) and name' : 'name'
    const example = kind === undefined ? 'source mySource' : `${kind} my${symbolOf(kind)}`
    throw new UsageError(`Missing ${missing}: add it, for example "kplug new ${example}"`)
  }
  const { ask } = await import('./ask.js')
  const asked = await ask(kind === undefined ? [kindQuestion] : [], io)
  const chosen = kindFrom(kind ?? asked['kind'] ?? '')
  const answers = await ask(questions(given, chosen, usual, newProject), io)
  return { ...usual, name: name ?? '', ...answers, kind: chosen }
}

const kindQuestion: Question = { name: 'kind', message: 'Kind of plugin', choices: kinds, advice: kindAdvice }

const templateQuestion = (kind: Kind): Question => ({
  name: 'template',
  message: 'Start from',
  choices: templatesOf(kind).map(({ name, summary }) => ({ value: name, name: `${name}: ${summary}` })),
})

function questions(given: Given, kind: Kind, usual: Required<Details>, newProject: boolean): Question[] {
  const ofProject: Question[] = [
    {
      name: 'projectName',
      message: 'Name of the project',
      default: usual.projectName,
      advice: projectNameAdvice,
    },
    {
      name: 'projectVersion',
      message: 'Version of the project',
      default: usual.projectVersion,
      advice: projectVersionAdvice,
    },
    {
      name: 'description',
      message: 'Description of the project',
      default: usual.description,
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
  return builtInAdvice(kind, name)
}

function nameCorrection(kind: Kind, text: string): string | undefined {
  const camel = camelCase(text)
  return builtInSince(kind, camel) !== undefined ? `my${symbolOf(camel)}` : camel
}

/** Why a name belongs to the engine; undefined if it does not. */
export const builtInAdvice = (kind: Kind, { name, symbol }: Name): string | undefined =>
  builtInSince(kind, name) === undefined
    ? undefined
    : `Cannot add the ${kind} "${name}": eKuiper has a built-in ${kind} of that name; choose another name, for example "my${symbol}"`
