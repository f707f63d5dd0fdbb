import { rememberSecret } from '../../errors/known-secrets.js'
import * as fs from 'node:fs'
import { isRow } from '../../data/row.js'
import { jsonSchemaOf, type Schema } from './schema.js'

/** The environment of the process that runs the plugin. */
export type Environment = Readonly<Record<string, string | undefined>>

/** The keys that lead to a property, from the outermost. */
export type SecretPath = readonly string[]

/** The paths of the properties that a schema marks with `.meta({ secret: true })`. */
export function secretsOf(schema: Schema): SecretPath[] {
  const json = jsonSchemaOf(schema)
  return json === undefined ? [] : marked(json, [])
}

function marked(schema: Record<string, unknown>, path: SecretPath): SecretPath[] {
  if (schema['secret'] === true) return [path]
  const properties = schema['properties']
  if (!isRow(properties)) return []
  return Object.entries(properties).flatMap(([key, below]) =>
    isRow(below) ? marked(below, [...path, key]) : [],
  )
}

/**
 * Resolves the secrets `env:NAME` and `file:PATH`. Any other value of a secret stays unchanged. Throws if a reference
 * cannot be resolved. The error names the property and the reference, never the secret.
 */
export const readSecrets = (
  props: Record<string, unknown>,
  paths: readonly SecretPath[],
  env: Environment,
): Record<string, unknown> =>
  paths.reduce(
    (result, path) => replaceAt(result, path, value => remembered(secretFrom(value, path.join('.'), env))),
    props,
  )

function remembered(secret: string): string {
  rememberSecret(secret)
  return secret
}

function replaceAt(
  props: Record<string, unknown>,
  [key = '', ...rest]: SecretPath,
  replace: (value: string) => string,
): Record<string, unknown> {
  if (!Object.hasOwn(props, key)) return props
  const value = props[key]
  if (rest.length === 0) return typeof value === 'string' ? { ...props, [key]: replace(value) } : props
  return isRow(value) ? { ...props, [key]: replaceAt(value, rest, replace) } : props
}

function secretFrom(value: string, property: string, env: Environment): string {
  const [, scheme, reference = ''] = /^(env|file):(.*)$/s.exec(value) ?? []
  if (scheme === 'env') {
    const found = env[reference]
    if (found !== undefined) return found
    throw new Error(
      `Cannot read the secret "${property}": the environment variable "${reference}" is not set; set it for the process that runs eKuiper`,
    )
  }
  return scheme === 'file' ? fromFile(reference, property) : value
}

/** The text of a file without a final line break, which editors and `echo` add. */
function fromFile(file: string, property: string): string {
  try {
    return fs.readFileSync(file, 'utf8').replace(/\r?\n$/, '')
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unreadable'
    throw new Error(`Cannot read the secret "${property}": the file "${file}" cannot be read (${code})`, {
      cause: error,
    })
  }
}
