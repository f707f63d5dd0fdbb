import { decodeMappings, encodeMappings, type Segment } from './mappings.js'

// What esbuild writes.
interface SourceMap {
  sources: string[]
  mappings: string
}

/**
 * A source map with no more than it takes to name a line of the author's: no texts of sources, no names, and no places in
 * packages, which are most of a map.
 */
export function slimMap(map: Uint8Array): Buffer {
  const { sources, mappings }: SourceMap = JSON.parse(Buffer.from(map).toString())
  // A built file lies two folders below its project, so what is not in a package begins like this.
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

/** Renumbers the sources. Of segments in a row that lead to others only the first stays: it ends what is before. */
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
