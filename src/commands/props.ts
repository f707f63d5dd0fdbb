import { cannot } from '../errors/cannot.js'
import { jsonOrText } from '../data/lenient.js'
import { isObject } from '../data/object.js'
import * as fs from 'node:fs'
import * as path from 'node:path'
import { isRow, type Row } from '../data/row.js'
import { InvalidYaml, parseYaml } from '../package/yaml.js'
import { UsageError } from '../errors/usage-error.js'

type Props = Row

/** Properties from a file, overridden by those typed as `key=value`. `a.b=value` sets a property inside an object. */
export async function readProps(
  cwd: string,
  file: string | undefined,
  typed: readonly string[],
): Promise<Props> {
  if (file?.includes('=') === true && !fs.existsSync(path.resolve(cwd, file))) {
    throw new UsageError(
      `Cannot read properties from "${file}": it is no file; set one property with "--prop ${file}"`,
    )
  }
  const props = file === undefined ? {} : await readPropsFile(path.resolve(cwd, file))
  for (const text of typed) setProp(props, text)
  return props
}

function setProp(props: Props, text: string): void {
  const [, key, value] = /^([^=]+)=(.*)$/s.exec(text) ?? []
  if (key === undefined || value === undefined) {
    throw new UsageError(`Invalid property "${text}": use "key=value", or "a.b=value" for one in an object`)
  }
  const keys = key.split(/(?<!\\)\./).map(part => part.replaceAll('\\.', '.'))
  const last = keys.pop() ?? key
  const holder = keys.reduce((object, part) => objectIn(object, part, text), props)
  define(holder, last, jsonOrText(value))
}

function objectIn(holder: Props, key: string, text: string): Props {
  if (!Object.hasOwn(holder, key)) define(holder, key, {})
  const inner = holder[key]
  if (isRow(inner)) return inner
  throw new UsageError(
    `Cannot set property "${text}": "${key}" is not an object; write "\\." for a dot that belongs to a name`,
  )
}

/** An inherited key such as `__proto__` also becomes an own property. */
const define = (holder: Props, key: string, value: unknown): void =>
  void Object.defineProperty(holder, key, { value, writable: true, enumerable: true, configurable: true })

/** The object in a JSON or YAML file. */
export async function readPropsFile(file: string): Promise<Props> {
  try {
    // JSON is a subset of YAML, so one parser reads both.
    const value = await parseYaml(fs.readFileSync(file, 'utf8'))
    if (isObject(value)) return { ...value }
    throw new UsageError(`Cannot use properties from ${file}: it is not an object`)
  } catch (error) {
    if (error instanceof InvalidYaml) {
      throw new UsageError(`Cannot read properties from ${file}: ${error.message}`, {
        cause: error,
      })
    }
    throw cannot(`read properties from ${file}`, error)
  }
}
