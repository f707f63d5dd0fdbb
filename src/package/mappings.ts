// The mappings of a source map: ";" separates lines, and "," separates the segments of a line. A segment has up to five
// numbers: column in the line, source, line and column in the source, name. Each is relative to the previous number of
// its kind.

/** A segment with absolute numbers. `line` and `column` refer to the source. */
export interface Segment {
  generatedColumn: number
  source: number
  line: number
  column: number
}

export function decodeMappings(mappings: string): Segment[][] {
  let [source, line, column] = [0, 0, 0]
  return mappings.split(';').map(text => {
    let generatedColumn = 0
    return text.split(',').flatMap(segment => {
      const [generated = 0, ...place] = decodeNumbers(segment)
      generatedColumn += generated
      const [ofSource, ofLine, ofColumn] = place
      if (ofSource === undefined || ofLine === undefined || ofColumn === undefined) return []
      source += ofSource
      line += ofLine
      column += ofColumn
      return [{ generatedColumn, source, line, column }]
    })
  })
}

export function encodeMappings(lines: readonly (readonly Segment[])[]): string {
  let before = { source: 0, line: 0, column: 0 }
  return lines
    .map(segments => {
      let generatedColumn = 0
      return segments
        .map(segment => {
          const { source, line, column } = segment
          const numbers = [
            segment.generatedColumn - generatedColumn,
            source - before.source,
            line - before.line,
            column - before.column,
          ]
          generatedColumn = segment.generatedColumn
          before = { source, line, column }
          return numbers.map(encodeNumber).join('')
        })
        .join(',')
    })
    .join(';')
}

// Base 64, five bits per digit, lowest first. The sixth bit says that more digits follow. The lowest bit of the number
// is the sign.
const digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'

function encodeNumber(value: number): string {
  let rest = value < 0 ? -value * 2 + 1 : value * 2
  let text = ''
  do {
    const digit = rest % 32
    rest = Math.floor(rest / 32)
    text += digits.charAt(rest > 0 ? digit + 32 : digit)
  } while (rest > 0)
  return text
}

function decodeNumbers(segment: string): number[] {
  const numbers: number[] = []
  let [value, shift] = [0, 1]
  for (const letter of segment) {
    const digit = digits.indexOf(letter)
    value += (digit % 32) * shift
    shift *= 32
    if (digit >= 32) continue
    numbers.push(value % 2 === 1 ? -Math.floor(value / 2) : value / 2)
    ;[value, shift] = [0, 1]
  }
  return numbers
}
