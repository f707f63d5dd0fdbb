/** The part of a bundle that comes from one module. */
interface Segment {
  /** Relative to the project, as esbuild names it. */
  input: string
  start: number
}

/** Code of a module that depends on the location of its file. */
export interface Bond {
  input: string
  /** As in the bundle. */
  text: string
  /** Its position in the bundle. */
  offset: number
}

// esbuild keeps no comments except module names. It replaces names that the module does not declare itself: `__dirname`
// and `import.meta.url` by the definitions in bundleOptions, and a `require` that it cannot resolve by `__require`.
const bonds =
  /\bkplug(?:Meta)?(?:Dirname|Filename|Resolve|Url)\b|\b__require\((?!["'`])|\b__require\.resolve\b|\bimport\(\s*(?:\/\*[^]*?\*\/\s*)*(?!["'\s/])/g

/** Finds code that keeps the modules of a bundle from being moved: uses of their own location, and computed imports. */
export function findBonds(code: string, inputs: readonly string[]): Bond[] {
  const found = [...code.matchAll(bonds)]
  // Most bundles have none. The modules of a large bundle take long to find.
  const segments = found.length === 0 ? [] : segmentsOf(code, inputs)
  return found.flatMap(({ 0: text, index }) => {
    const segment = segments.findLast(({ start }) => start <= index)
    return segment === undefined ? [] : [{ input: segment.input, text, offset: index }]
  })
}

/** The strings of some modules in a bundle that is not minified. */
export function textsOf(
  code: string,
  inputs: readonly string[],
  wanted: (input: string) => boolean,
): string[] {
  const segments = segmentsOf(code, inputs)
  return segments.flatMap(({ input, start }, i) =>
    wanted(input) ? [code.slice(start, segments[i + 1]?.start)] : [],
  )
}

/** esbuild writes the name of each module in a comment above it. */
function segmentsOf(code: string, inputs: readonly string[]): Segment[] {
  const known = new Set(inputs)
  return [...code.matchAll(/^\/\/ (.+)$/gm)].flatMap(({ 1: input = '', index }) =>
    known.has(input) ? [{ input, start: index }] : [],
  )
}
