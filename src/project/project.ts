import * as path from 'node:path'
import * as z from 'zod/mini'
import { UsageError } from '../errors/usage-error.js'
import { versionAdvice } from '../plugin/version.js'
import { findProject, projectsOfWorkspace, readManifest } from './find.js'
import { slashedFrom } from './slashed.js'

const text = z.string()
const version = text.check(
  z.superRefine((value, context) => {
    const advice = versionAdvice(value)
    if (advice !== undefined) context.addIssue({ code: 'custom', message: advice, input: value })
  }),
)

/** The key "kplug" of a project's package.json. `schema/settings.json` describes it for editors. */
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
})

const manifest = z.looseObject({
  name: z.optional(text),
  version: z.optional(version),
  description: z.optional(text),
  kplug: z.optional(settings),
})

export type Settings = z.infer<typeof settings>

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

/** Reads the project around a folder, or says why there is none. */
export function readProject(from: string): Project {
  const folder = findProject(from)
  if (folder === undefined) {
    const several = projectsOfWorkspace(path.resolve(from)).map(one => slashedFrom(from, one))
    if (several.length > 0)
      throw new UsageError(
        `Cannot choose a project of the workspace ${from}: run kplug in one of ${several.join(', ')}`,
      )
    throw new UsageError(
      `No kplug project in ${from} or above it: make one in an empty folder with "kplug new source mySource", or name kplug in the package.json`,
    )
  }
  const file = path.join(folder, 'package.json')
  const { data, issues } = parseManifest(readManifest(file))
  if (data) return projectFrom(folder, data)
  throw new UsageError(`Cannot use ${file}: ${issues.map(issue => issue.message).join('; ')}`)
}

type Manifest = z.infer<typeof manifest>

export function projectFrom(folder: string, { name, version: own, description, kplug }: Manifest): Project {
  return { folder, name, version: own, description, settings: kplug ?? {} }
}

/** What is wrong at one place of a package.json. */
export interface ManifestIssue {
  path: readonly PropertyKey[]
  message: string
}

/** Checks what a package.json holds, as far as kplug uses it. */
export function parseManifest(
  values: Record<string, unknown>,
): { data: Manifest; issues: [] } | { data: undefined; issues: ManifestIssue[] } {
  const parsed = manifest.safeParse(values)
  if (parsed.success) return { data: parsed.data, issues: [] }
  return { data: undefined, issues: parsed.error.issues.flatMap(manifestIssues) }
}

function manifestIssues(issue: z.core.$ZodIssue): ManifestIssue[] {
  const message = `"${issue.path.join('.')}": ${issueAsText(issue)}`
  if (issue.code !== 'unrecognized_keys') return [{ path: issue.path, message }]
  return issue.keys.map(key => ({ path: [...issue.path, key], message }))
}

function issueAsText(issue: z.core.$ZodIssue): string {
  if (issue.code === 'unrecognized_keys') {
    const known = Object.keys(settings.shape).join(', ')
    return `unknown key ${issue.keys.map(key => `"${key}"`).join(', ')} (known: ${known})`
  }
  if (issue.code === 'invalid_type') return `must be ${issue.expected}`
  if (issue.code === 'invalid_value') return `must be one of ${issue.values.join(', ')}`
  return issue.message
}
