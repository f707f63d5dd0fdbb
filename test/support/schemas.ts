import * as fs from 'node:fs'
import * as path from 'node:path'
import { Ajv, type ValidateFunction } from 'ajv'
import { repository } from './binary.js'

const ajv = new Ajv({ allErrors: true, allowUnionTypes: true })
const compiled = new Map<string, ValidateFunction>()

/** The published schema of one command's `--json`, or of the key `kplug`. */
export function schemaOf(name: string): ValidateFunction {
  const known = compiled.get(name)
  if (known) return known
  const text = fs.readFileSync(path.join(repository, 'schema', `${name}.json`), 'utf8')
  const validate = ajv.compile(JSON.parse(text) as object)
  compiled.set(name, validate)
  return validate
}

const commands = /^(new|init|build|list|describe|validate|pack|push|doctor|state|serve|call|dev)$/

/** Throws where a command printed JSON that its schema, or that of errors, does not describe. */
export function checkJson(typed: readonly string[], code: number, stdout: string): void {
  const command = typed.find(word => commands.test(word))
  const json = typed.includes('--json') || typed[typed.indexOf('--format') + 1] === 'json'
  if (command === undefined || !json || typed.includes('--help')) return
  const [own, error] = [schemaOf(command), schemaOf('error')]
  const texts = command === 'dev' ? stdout.trimEnd().split('\n') : [stdout]
  const values = texts.map((text): unknown => JSON.parse(text))
  if (values.every(value => own(value) || (code !== 0 && error(value)))) return
  throw new Error(
    `kplug ${typed.join(' ')} printed what schema/${command}.json does not allow: ${ajv.errorsText(own.errors)}`,
  )
}
