import { isObjectLike } from '../../data/object.js'

/**
 * What a plugin may export as `config`: any Standard Schema (https://standardschema.dev), such as a schema of zod or
 * valibot. Declared here as far as it is used, so that no package is needed for it.
 */
export interface Schema<Input = unknown, Output = Input> {
  readonly '~standard': {
    readonly version: 1
    readonly vendor: string
    readonly validate: (value: unknown) => Result<Output> | Promise<Result<Output>>
    /** Present where the library implements Standard JSON Schema too. */
    readonly jsonSchema?: { readonly input: (options: JsonSchemaOptions) => Record<string, unknown> }
    /** Never there at run time: it carries the types. */
    readonly types?: { readonly input: Input; readonly output: Output } | undefined
  }
}

/** A value, or what is wrong with the input. */
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
 * The properties that `configure` receives, whatever library made the schema.
 *
 * @example
 * export const config = z.object({ interval: z.number().default(1000) })
 * const props: InferConfig<typeof config> = { interval: 500 }
 */
export type InferConfig<Config extends Schema> = NonNullable<Config['~standard']['types']>['output']

/** Whether a plugin's `config` is a Standard Schema. Some libraries make schemas that are functions. */
export function isSchema(value: unknown): value is Schema {
  if (!isObjectLike(value) && typeof value !== 'function') return false
  const standard: unknown = Reflect.get(value, '~standard')
  return isObjectLike(standard) && typeof Reflect.get(standard, 'validate') === 'function'
}

/**
 * The schema of what a person writes into a rule, as JSON Schema (draft 2020-12); `undefined` where the library has
 * none to give (zod/mini has `z.toJSONSchema` instead) or cannot express the schema.
 */
export function jsonSchemaOf(schema: Schema): Record<string, unknown> | undefined {
  try {
    // zod throws at a date or a bigint unless told that any value will do there.
    const libraryOptions = { unrepresentable: 'any' }
    return schema['~standard'].jsonSchema?.input({ target: 'draft-2020-12', libraryOptions })
  } catch {
    // The standard lets a library throw, with an error of its own, at what JSON Schema cannot say.
    return undefined
  }
}
