import { decodeMappings, encodeMappings, type Segment } from './mappings.js'

// What esbuild writes.
interface SourceMap {
  sources: string[]
  mappings: string
}

/**
 * A source map that contains only what is needed to name a line of the author's sources: no source texts, no names, and
 * no lines of packages. These are most of a map.
 */
export function slimMap(map: Uint8Array): Buffer {
  const { sources, mappings }: SourceMap = JSON.parse(Buffer.from(map).toString())
  // A built file lies two folders below its project, so every path of the project's own sources starts like this.
  const kept = sources.flatMap((source, index) => (source.startsWith('../') ? [index] : []))
  const lines = decodeMappings(mappings)
  const slim = {
    version: 3,
    sources: [...kept.map(index => sources[index]), 'packages'],
    names: [],
    mappings: encodeMappings(onlyOf(kept, lines)),
  }
  return Buffer.from(`${JSON.stringify(slim)}\n`)
}

/**
 * Renumbers the sources. Of consecutive segments that lead to other sources, only the first remains: it ends the
 * previous segment.
 */
function onlyOf(kept: readonly number[], lines: readonly (readonly Segment[])[]): Segment[][] {
  const numbers = new Map(kept.map((source, index) => [source, index]))
  const other = kept.length
  let before = -1
  return lines.map(segments =>
    segments.flatMap(segment => {
      const source = numbers.get(segment.source) ?? other
      const repeated = source === other && before === other
      before = source
      if (repeated) return []
      return source === other ? [{ ...segment, source, line: 0, column: 0 }] : [{ ...segment, source }]
    }),
  )
}
