import * as path from 'node:path'
import * as z from 'zod/mini'
import { UsageError } from '../plugin/usage-error.js'
import { versionAdvice } from '../plugin/version.js'
import { findProject, readManifest } from './find.js'

const text = z.string()
const version = text.check(
  z.superRefine((value, context) => {
    const advice = versionAdvice(value)
    if (advice !== undefined) context.addIssue({ code: 'custom', message: advice, input: value })
  }),
)

/** The key "kplug" of a project's package.json. */
const settings = z.strictObject({
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
    throw new UsageError(
      `No kplug project in ${from} or above it: make one in an empty folder with "kplug new source mySource", or name kplug in the package.json`,
    )
  }
  const file = path.join(folder, 'package.json')
  const parsed = manifest.safeParse(readManifest(file))
  if (!parsed.success) throw new UsageError(`Cannot use ${file}: ${issuesAsText(parsed.error.issues)}`)
  const { name, version: own, description, kplug } = parsed.data
  return { folder, name, version: own, description, settings: kplug ?? {} }
}

function issuesAsText(issues: readonly z.core.$ZodIssue[]): string {
  return issues.map(issue => `"${issue.path.join('.')}": ${issueAsText(issue)}`).join('; ')
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
