import * as fs from 'node:fs'
import * as path from 'node:path'
import { isSystemError, systemReason } from '../errors/system-error.js'
import { UsageError } from '../errors/usage-error.js'

type Props = Record<string, unknown>

/** Properties from a file, and over them those typed as `key=value`. */
export async function readProps(
  cwd: string,
  file: string | undefined,
  typed: readonly string[],
): Promise<Props> {
  const fromFile = file === undefined ? {} : await readPropsFile(path.resolve(cwd, file))
  return { ...fromFile, ...Object.fromEntries(typed.map(readProp)) }
}

function readProp(text: string): [string, unknown] {
  const [, key, value] = /^([^=]+)=(.*)$/s.exec(text) ?? []
  if (key === undefined || value === undefined) {
    throw new UsageError(`Option "--prop" takes "key=value", got "${text}"`)
  }
  return [key, jsonOrText(value)]
}

function jsonOrText(value: string): unknown {
  try {
    return JSON.parse(value)
  } catch {
    return value
  }
}

async function readPropsFile(file: string): Promise<Props> {
  const { parse } = await import('yaml')
  try {
    // YAML holds JSON, so one parser reads both.
    const value: unknown = parse(fs.readFileSync(file, 'utf8'))
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value }
    throw new UsageError(`Cannot use properties from ${file}: it must hold an object`)
  } catch (error) {
    if (isSystemError(error)) {
      throw new UsageError(`Cannot read properties from ${file}: ${systemReason(error)}`, { cause: error })
    }
    if (error instanceof Error && error.name.startsWith('YAML')) {
      throw new UsageError(`Cannot read properties from ${file}: ${error.message.split('\n')[0]}`, {
        cause: error,
      })
    }
    throw error
  }
}
