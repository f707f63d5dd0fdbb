import * as z from 'zod/mini'
import { folderOf, type Kind } from '../plugin/kind.js'
import type { PackedPackage } from '../package/packages-folder.js'
import { type About, type Field, functionMetadata, type Language } from './schemas.js'

// eKuiper does not serve metadata exactly as `pack` writes it: keys of texts change (`en_US` → `en`), and missing
// fields get values. The fields here are those in the responses of a real engine.

const text = z._default(z.string(), '')
const flag = z._default(z.boolean(), false)
const language = z.nullish(z.object({ en_US: text, zh_CN: text }))

const about = z.object({
  trial: flag,
  author: z.nullish(z.object({ name: text, email: text, company: text, website: text })),
  helpUrl: language,
  description: language,
})

const property = z.object({
  name: text,
  default: z.optional(z.unknown()),
  type: text,
  control: text,
  connection_related: flag,
  optional: flag,
  values: z.optional(z.unknown()),
  hint: language,
  label: language,
})

const libs = z._default(z.array(z.string()), [])
const node = z.optional(z.unknown())

const source = z.object({
  about,
  libs,
  dataSource: z.optional(z.unknown()),
  properties: z._default(z.record(z.string(), z.array(property)), {}),
  node,
})

const sink = z.object({ about, libs, properties: z._default(z.array(property), []), node })

const languageOf = (from: z.infer<typeof language>): Language | null =>
  from ? { en: from.en_US, zh: from.zh_CN } : null

const aboutOf = ({ trial, author, helpUrl, description }: z.infer<typeof about>): About => ({
  trial,
  installed: true,
  author: author ?? null,
  helpUrl: languageOf(helpUrl),
  description: languageOf(description),
})

const fieldOf = (from: z.infer<typeof property>): Field => ({
  exist: false,
  name: from.name,
  default: from.default ?? null,
  type: from.type,
  control: from.control,
  connection_related: from.connection_related,
  optional: from.optional,
  values: from.values ?? null,
  hint: languageOf(from.hint),
  label: languageOf(from.label),
})

function sourceAnswer(file: unknown) {
  const parsed = source.safeParse(file)
  if (!parsed.success) return undefined
  const { about: own, properties, dataSource, ...rest } = parsed.data
  const fields = Object.entries(properties).map(([key, list]) => [key, list.map(fieldOf)])
  return {
    about: aboutOf(own),
    libs: rest.libs,
    ...(dataSource === undefined ? {} : { dataSource }),
    properties: Object.fromEntries(fields),
    node: rest.node ?? null,
    type: 'portable' as const,
  }
}

function sinkAnswer(file: unknown) {
  const parsed = sink.safeParse(file)
  if (!parsed.success) return undefined
  const { about: own, properties, ...rest } = parsed.data
  return {
    about: aboutOf(own),
    libs: rest.libs,
    properties: properties.map(fieldOf),
    node: rest.node ?? null,
    type: 'portable' as const,
  }
}

/**
 * What an engine would serve for each source in the packages, by name. Files that an engine cannot read are left out.
 */
export const sourcesIn = (packages: readonly PackedPackage[]) => read(packages, 'source', sourceAnswer)

/** The same for each sink. */
export const sinksIn = (packages: readonly PackedPackage[]) => read(packages, 'sink', sinkAnswer)

function functionAnswer(file: unknown) {
  const { success } = functionMetadata.safeParse(file)
  return success ? (file as z.infer<typeof functionMetadata>) : undefined
}

function read<T>(packages: readonly PackedPackage[], kind: Kind, answer: (file: unknown) => T | undefined) {
  return metadataOf(packages, kind).flatMap(({ name, file }) => {
    const described = answer(file)
    return described === undefined ? [] : [{ name, described }]
  })
}

/** The metadata of functions, unchanged, sorted by name. */
export const functionsIn = (packages: readonly PackedPackage[]) =>
  read(packages, 'function', functionAnswer).map(({ described }) => described)

/** The metadata files of a kind, by name. If two packages have one, the one that was written last is used. */
function metadataOf(packages: readonly PackedPackage[], kind: Kind) {
  const files = new Map<string, unknown>()
  for (const packed of packages.toSorted((a, b) => a.zip.written - b.zip.written)) {
    for (const name of packed.manifest.names[kind]) {
      const file = packed.metadata.get(`${folderOf(kind)}/${name}.json`)
      if (file !== undefined) files.set(name, file)
    }
  }
  return [...files].map(([name, file]) => ({ name, file })).sort((a, b) => (a.name < b.name ? -1 : 1))
}
