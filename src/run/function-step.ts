import { encodeJson } from '../data/encode.js'
import { isRow, type Row } from '../data/row.js'
import { UsageError } from '../errors/usage-error.js'
import type { RulePlace } from '../plugin/rule-place.js'
import type { RunningFunction } from '../runtime/function.js'
import { readLine } from './each-line.js'
import type { LocalRun } from './local-run.js'
import type { Current } from './replacement.js'

/** How the lines of the input become arguments, and the results become lines. */
export interface Mapping {
  /** The fields of a row that are the arguments, or all of its fields; undefined if each line is an array of them. */
  args: readonly string[] | 'all' | undefined
  /** Whether each row must have these fields. */
  strict?: boolean
  /** The field that takes the result. */
  as: string
}

/** Turns lines into arguments and results into lines. */
interface Form {
  argumentsOf(input: unknown): readonly unknown[]
  lineOf(line: string, input: unknown, result: unknown): string
}

/**
 * Applies a function to lines: arrays of arguments become values, or rows become rows. Without a rule, no call is
 * validated at its creation, so a call is validated at the first line with that many arguments.
 */
export function functionStep(
  run: LocalRun,
  func: Current<RunningFunction>,
  mapping: Mapping,
  write: (line: string) => Promise<void> | undefined,
): (line: string) => Promise<void> | undefined {
  const form = formOf(mapping)
  const key = JSON.stringify(run.place)
  const placeOf = (): RulePlace => run.place
  const validated = new Set<number>()
  const call = (line: string, input: unknown, args: readonly unknown[]): Promise<void> | undefined => {
    const result = func.use(current => current.exec(args, key, placeOf))
    if (!(result instanceof Promise)) return write(form.lineOf(line, input, result))
    return run.pending.until(result).then(value => write(form.lineOf(line, input, value)))
  }
  return line => {
    const input = readLine(line)
    const args = form.argumentsOf(input)
    if (validated.has(args.length)) return call(line, input, args)
    return run.pending.until(func.use(current => current.validate(args))).then(() => {
      validated.add(args.length)
      return call(line, input, args)
    })
  }
}

const formOf = ({ args, as, strict = false }: Mapping): Form => {
  if (args === undefined) return values
  if (args === 'all') return rowsWith(row => Object.values(row), as)
  const readers = args.map(readerOf)
  const read = (row: Row): unknown[] => readers.map(reader => reader(row))
  return rowsWith(strict ? row => read(withFields(row, args)) : read, as)
}

function withFields(row: Row, fields: readonly string[]): Row {
  const missing = fields.find(field => !Object.hasOwn(row, field))
  if (missing === undefined) return row
  throw new UsageError(
    `The row has no field "${missing}": name the fields that are the arguments with "--args"`,
  )
}

const values: Form = {
  argumentsOf(input) {
    if (Array.isArray(input)) return input
    throw new UsageError(
      'The line must be a JSON array of arguments; for rows, name the fields with "--args"',
    )
  },
  lineOf: (_line, _input, result) => encodeJson(result),
}

function rowsWith(argumentsIn: (row: Row) => unknown[], as: string): Form {
  const taken = readerOf(as)
  const prefix = `${JSON.stringify(as)}:`
  return {
    argumentsOf(input) {
      if (!isRow(input)) throw new UsageError('With "--args" the line must be a row: a JSON object')
      return argumentsIn(input)
    },
    lineOf(line, input, result) {
      // argumentsOf has verified that it is a row.
      const row = input as Row
      if (taken(row) !== null || Object.hasOwn(row, as)) return encodeJson({ ...row, [as]: result ?? null })
      return spliced(line, prefix + encodeJson(result))
    },
  }
}

/** Reads a field of a JSON row, where no value is undefined. (`in` would also find inherited names.) */
const readerOf = (field: string): ((row: Row) => unknown) =>
  field in Object.prototype
    ? row => (Object.hasOwn(row, field) ? row[field] : null)
    : row => row[field] ?? null

/** Appends a field to the text of an object: serializing a whole row would take longer than the function itself. */
function spliced(line: string, field: string): string {
  const end = line.lastIndexOf('}')
  return `${line.slice(0, end)}${isEmptyBefore(line, end) ? '' : ','}${field}}`
}

const space = 32

function isEmptyBefore(line: string, end: number): boolean {
  let at = end - 1
  while (line.charCodeAt(at) <= space) at -= 1
  return line[at] === '{'
}
