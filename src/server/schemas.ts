import * as z from 'zod/mini'

// The formats of all responses, like eKuiper's. They validate the responses, and the OpenAPI document is generated from
// them.

const text = z.string()

/** `GET /`. eKuiper's own has no name. `os` and `arch` have eKuiper's values. */
export const info = z.object({
  name: z.literal('kplug'),
  version: text,
  os: text,
  arch: text,
  upTimeSeconds: z.int().check(z.nonnegative()),
})

const names = z.array(text)

/** An empty string means no version. A version has no leading `v`, unlike in file names. */
const plugin = z.object({ name: text, version: text })

const udf = z.object({ name: text, plugin: text })

const portable = z.object({
  name: text,
  version: text,
  language: text,
  executable: text,
  sources: names,
  sinks: names,
  functions: names,
})

const language = z.object({ en: text, zh: text })

const about = z.object({
  trial: z.boolean(),
  installed: z.boolean(),
  author: z.nullable(z.object({ name: text, email: text, company: text, website: text })),
  helpUrl: z.nullable(language),
  description: z.nullable(language),
})

const field = z.object({
  exist: z.boolean(),
  name: text,
  default: z.unknown(),
  type: text,
  control: text,
  connection_related: z.boolean(),
  optional: z.boolean(),
  values: z.unknown(),
  hint: z.nullable(language),
  label: z.nullable(language),
})

const type = z.literal('portable')

const metadataEntry = z.object({ name: text, about, type })

const sourceMetadata = z.object({
  about,
  libs: z.array(text),
  dataSource: z.optional(z.unknown()),
  properties: z.record(text, z.array(field)),
  node: z.unknown(),
  type,
})

const sinkMetadata = z.object({
  about,
  libs: z.array(text),
  properties: z.array(field),
  node: z.unknown(),
  type,
})

/** A function's metadata, unchanged from the package. */
export const functionMetadata = z.looseObject({
  name: text,
  functions: z.array(z.looseObject({ name: text })),
})

/** eKuiper sends it as plain text. */
const error = z.object({ error: z.int(), message: text })

/** The named schemas of the OpenAPI document. */
export const schemas = {
  Info: info,
  Names: names,
  Plugin: plugin,
  Udf: udf,
  Portable: portable,
  Portables: z.array(portable),
  MetadataEntries: z.array(metadataEntry),
  SourceMetadata: sourceMetadata,
  SinkMetadata: sinkMetadata,
  FunctionMetadata: z.array(functionMetadata),
  Language: language,
  About: about,
  Field: field,
  Error: error,
}

export type SchemaName = keyof typeof schemas
