// A line of a recording is {"time":MILLISECONDS,…,"row":ROW}. The row comes last and is kept as the text that it was: read
// and written again it could have other bytes.

/** What a recording says of a row besides the row itself. */
export interface RowFacts {
  /** Milliseconds since 1970. */
  time: number
  rule?: string
  /** The sink that refused the row, and why. */
  sink?: string
  reason?: string
}

export interface RecordedRow {
  /** Undefined for a line that is a row and nothing else. */
  facts: RowFacts | undefined
  /** JSON. */
  row: string
}

/** A line without its end. */
export const encodeRecordedRow = (facts: RowFacts, row: string): string =>
  `${JSON.stringify(facts).slice(0, -1)},"row":${row}}`

const key = ',"row":'

/** Reads a line. One that was not recorded, but is JSON, is a row without a time. */
export function decodeRecordedRow(line: string): RecordedRow {
  // In the texts before it every quotation mark has a backslash.
  const at = line.indexOf(key)
  const text = line.trimEnd()
  if (!line.startsWith('{"time":') || at < 0 || !text.endsWith('}')) return { facts: undefined, row: line }
  return { facts: factsFrom(`${line.slice(0, at)}}`), row: text.slice(at + key.length, -1) }
}

function factsFrom(text: string): RowFacts {
  // kplug writes these fields. Edits by hand are not validated.
  const facts = JSON.parse(text) as RowFacts
  if (typeof facts.time === 'number') return facts
  throw new SyntaxError(`"time" must be a number of milliseconds, got ${JSON.stringify(facts.time)}`)
}
