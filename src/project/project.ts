import * as path from 'node:path'
import * as z from 'zod/mini'
import { UsageError } from '../errors/usage-error.js'
import { nearest } from '../errors/nearest.js'
import { isEngineRange } from '../plugin/engine-range.js'
import { type Unfit, unfitVersion } from '../plugin/version.js'
import { clauseOf, type Problem } from '../problem/problem.js'
import { projectProblems } from '../problem/project-problems.js'
import { findProject, projectsOfWorkspace, readManifest } from './find-project.js'
import { slashedFrom } from './slashed.js'

const text = z.string()
const version = text.check(
  z.superRefine((value, context) => {
    const unfit = unfitVersion(value)
    if (unfit) context.addIssue({ code: 'custom', message: unfit.seen, params: unfit, input: value })
  }),
)

/** The key "kplug" in package.json. `schema/settings.json` describes it for editors. */
export const settings = z.strictObject({
  $schema: z.optional(text),
  versions: z.optional(z.record(text, version)),
  assets: z.optional(z.array(text)),
  external: z.optional(z.array(text)),
  state: z.optional(text),
  checkpoint: z.optional(z.union([z.int().check(z.positive()), z.enum(['always', 'off'])])),
  logLevel: z.optional(z.enum(['debug', 'info', 'warn', 'error'])),
  deadline: z.optional(z.int().check(z.positive())),
  supervise: z.optional(z.boolean()),
  deadLetters: z.optional(z.union([z.boolean(), z.int().check(z.positive())])),
  engine: z.optional(text.check(z.refine(isEngineRange, 'a range of versions, such as ">=2.1"'))),
  engines: z.optional(z.array(z.url())),
  author: z.optional(
    z.strictObject({
      name: z.optional(text),
      email: z.optional(text),
      company: z.optional(text),
      website: z.optional(text),
    }),
  ),
  rules: z.optional(z.record(text, z.enum(['error', 'warning', 'off']))),
  check: z.optional(
    z.record(
      text,
      z.strictObject({ datasource: z.optional(text), props: z.optional(z.record(text, z.unknown())) }),
    ),
  ),
})

const manifest = z.looseObject({
  name: z.optional(text),
  version: z.optional(version),
  description: z.optional(text),
  kplug: z.optional(settings),
})

export type Settings = z.infer<typeof settings>

/** What the boot check gives to plugins, by name or symbol: the DATASOURCE of a source, and properties. */
export type CheckSettings = NonNullable<Settings['check']>

/** An npm package with plugins under `src/`. */
export interface Project {
  /** Absolute. */
  folder: string
  name: string | undefined
  version: string | undefined
  description: string | undefined
  settings: Settings
}

export const pluginsFolder = (project: Pick<Project, 'folder'>): string =>
  path.join(project.folder, 'plugins')

/** Reads the project around a folder. Throws if there is none. */
export function readProject(from: string): Project {
  const folder = findProject(from)
  if (folder === undefined) {
    const several = projectsOfWorkspace(path.resolve(from)).map(one => slashedFrom(from, one))
    if (several.length > 0)
      throw new UsageError(
        `Cannot choose a project of the workspace ${from}: run kplug in one of ${several.join(', ')}`,
      )
    throw new UsageError(
      `No kplug project in ${from} or above: run kplug in the folder of your project, create one in an empty folder with "kplug new source mySource", or run "kplug init" in a package`,
    )
  }
  const file = path.join(folder, 'package.json')
  const { data, problems } = parseManifest(readManifest(file))
  if (data) return projectFrom(folder, data)
  throw new UsageError(`Cannot use ${file}: ${problems.map(clauseOf).join('; ')}`)
}

type Manifest = z.infer<typeof manifest>

export function projectFrom(folder: string, { name, version: own, description, kplug }: Manifest): Project {
  return { folder, name, version: own, description, settings: kplug ?? {} }
}

/** Validates the parts of a package.json that kplug uses. */
export function parseManifest(
  values: Record<string, unknown>,
): { data: Manifest; problems: [] } | { data: undefined; problems: Problem[] } {
  const parsed = manifest.safeParse(values)
  if (parsed.success) return { data: parsed.data, problems: [] }
  return { data: undefined, problems: parsed.error.issues.flatMap(issue => problemsOf(issue, values)) }
}

function problemsOf(issue: z.core.$ZodIssue, values: object): Problem[] {
  const keys = issue.path.map(String)
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map(key =>
      projectProblems.settingInvalid([...keys, key], 'is unknown', useInstead(key)),
    )
  if (issue.code === 'custom' && issue.params !== undefined) {
    // Only the validation of versions adds such parameters, with its own sentences.
    const { seen, remedy } = issue.params as Unfit
    return [projectProblems.versionInvalid(keys, seen, remedy)]
  }
  const value = issue.path.reduce<unknown>((inner, key) => Reflect.get(Object(inner), key), values)
  return [projectProblems.settingInvalid(keys, `is ${JSON.stringify(value)}`, `Use ${allowedBy(issue)}`)]
}

function useInstead(key: string): string {
  const known = Object.keys(settings.shape)
  const meant = nearest(key, known)
  return meant === undefined ? `Use one of ${known.join(', ')}` : `Rename it to "${meant}"`
}

function allowedBy(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return `a value of the type ${issue.expected}`
    case 'invalid_value':
      return `one of ${issue.values.map(value => JSON.stringify(value)).join(', ')}`
    case 'invalid_format':
      return `a value in the format ${issue.format}`
    case 'too_small':
      return `a value greater than ${issue.minimum}`
    case 'invalid_union':
      return issue.errors.flatMap(errors => errors.map(allowedBy)).join(', or ')
    default:
      return issue.message
  }
}
