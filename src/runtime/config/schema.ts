import { isObjectLike } from '../../data/object.js'

/**
 * The type of a plugin's export `config`: any Standard Schema (https://standardschema.dev), such as a schema of zod
 * or valibot. Declared here as far as kplug uses it, so that no package is required.
 */
export interface Schema<Input = unknown, Output = Input> {
  readonly '~standard': {
    readonly version: 1
    readonly vendor: string
    readonly validate: (value: unknown) => Result<Output> | Promise<Result<Output>>
    /** Present where the library implements Standard JSON Schema too. */
    readonly jsonSchema?: { readonly input: (options: JsonSchemaOptions) => Record<string, unknown> }
    /** Absent at run time: it only carries the types. */
    readonly types?: { readonly input: Input; readonly output: Output } | undefined
  }
}

/** A value, or the issues of the input. */
export type Result<Output> =
  | { readonly value: Output; readonly issues?: undefined }
  | { readonly issues: readonly Issue[] }

export interface Issue {
  readonly message: string
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined
}

interface JsonSchemaOptions {
  readonly target: 'draft-2020-12'
  readonly libraryOptions?: Record<string, unknown>
}

/**
 * The properties that `configure` receives, for a schema of any library.
 *
 * @example
 * export const config = z.object({ interval: z.number().default(1000) })
 * const props: InferConfig<typeof config> = { interval: 500 }
 */
export type InferConfig<Config extends Schema> = NonNullable<Config['~standard']['types']>['output']

/** Whether a plugin's `config` is a Standard Schema. Some libraries implement schemas as functions. */
export function isSchema(value: unknown): value is Schema {
  if (!isObjectLike(value) && typeof value !== 'function') return false
  const standard: unknown = Reflect.get(value, '~standard')
  return isObjectLike(standard) && typeof Reflect.get(standard, 'validate') === 'function'
}

/**
 * The schema of the properties in a rule, as JSON Schema (draft 2020-12); `undefined` if the library offers none (for
 * zod/mini, use `z.toJSONSchema`) or cannot express the schema.
 */
export function jsonSchemaOf(schema: Schema): Record<string, unknown> | undefined {
  try {
    // Without this option, zod throws at a date or a bigint.
    const libraryOptions = { unrepresentable: 'any' }
    return schema['~standard'].jsonSchema?.input({ target: 'draft-2020-12', libraryOptions })
  } catch {
    // The standard permits a library to throw its own error if JSON Schema cannot express the schema.
    return undefined
  }
}
