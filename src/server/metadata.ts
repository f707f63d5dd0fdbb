import * as z from 'zod/mini'
import { folderOf, type Kind } from '../plugin/kind.js'
import type { PackedPackage } from '../package/packages-folder.js'
import { functionMetadata } from './schemas.js'

// eKuiper does not serve metadata exactly as `pack` writes it: keys of texts change (`en_US` → `en`), and missing
// fields get values. The fields here are those in the responses of a real engine, in its order.

const text = z._default(z.string(), '')
const flag = z._default(z.boolean(), false)
const orNull = z.pipe(
  z.optional(z.unknown()),
  z.transform(value => value ?? null),
)
const language = z.pipe(
  z.nullish(z.object({ en_US: text, zh_CN: text })),
  z.transform(texts => (texts ? { en: texts.en_US, zh: texts.zh_CN } : null)),
)

const about = z.pipe(
  z.object({
    trial: flag,
    author: z._default(z.nullable(z.object({ name: text, email: text, company: text, website: text })), null),
    helpUrl: language,
    description: language,
  }),
  z.transform(({ trial, ...described }) => ({ trial, installed: true, ...described })),
)

const property = z.pipe(
  z.object({
    name: text,
    default: orNull,
    type: text,
    control: text,
    connection_related: flag,
    optional: flag,
    values: orNull,
    hint: language,
    label: language,
  }),
  z.transform(field => ({ exist: false, ...field })),
)

const libs = z._default(z.array(z.string()), [])

const isPortable = <T extends object>(described: T) => ({ ...described, type: 'portable' as const })

const source = z.pipe(
  z.object({
    about,
    libs,
    dataSource: z.optional(z.unknown()),
    properties: z._default(z.record(z.string(), z.array(property)), {}),
    node: orNull,
  }),
  z.transform(isPortable),
)

const sink = z.pipe(
  z.object({ about, libs, properties: z._default(z.array(property), []), node: orNull }),
  z.transform(isPortable),
)

// Unlike a parsed one, it keeps the order of its keys.
const unchangedFunction = z.custom<z.infer<typeof functionMetadata>>(
  file => functionMetadata.safeParse(file).success,
)

/**
 * What an engine would serve for each source in the packages, by name. Files that an engine cannot read are left out.
 */
export const sourcesIn = (packages: readonly PackedPackage[]) => describedIn(packages, 'source', source)

/** The same for each sink. */
export const sinksIn = (packages: readonly PackedPackage[]) => describedIn(packages, 'sink', sink)

/** The metadata of functions, unchanged, sorted by name. */
export const functionsIn = (packages: readonly PackedPackage[]) =>
  describedIn(packages, 'function', unchangedFunction).map(({ described }) => described)

function describedIn<T>(packages: readonly PackedPackage[], kind: Kind, schema: z.ZodMiniType<T>) {
  return metadataOf(packages, kind).flatMap(({ name, file }) => {
    const parsed = schema.safeParse(file)
    return parsed.success ? [{ name, described: parsed.data }] : []
  })
}

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
