/** A part of a bundle that one module became. */
interface Segment {
  /** Relative to the project, as esbuild names it. */
  input: string
  start: number
}

/** Something of a module that holds only where its own file lies. */
export interface Bond {
  input: string
  /** As written in the bundle. */
  text: string
  /** In the bundle. */
  offset: number
}

// esbuild leaves no comments but the names of modules, and replaces what is no variable of the module itself:
// `__dirname` and `import.meta.url` by what bundleOptions defines, a `require` that it cannot follow by `__require`.
const bonds =
  /\bkplug(?:Meta)?(?:Dirname|Filename|Resolve|Url)\b|\b__require\((?!["'`])|\b__require\.resolve\b|\bimport\(\s*(?:\/\*[^]*?\*\/\s*)*(?!["'\s/])/g

/** Finds what keeps modules of a bundle from being moved: uses of their own place, and imports of computed names. */
export function findBonds(code: string, inputs: ReadonlySet<string>): Bond[] {
  const segments = segmentsOf(code, inputs)
  return [...code.matchAll(bonds)].flatMap(({ 0: text, index }) => {
    const segment = segments.findLast(({ start }) => start <= index)
    return segment === undefined ? [] : [{ input: segment.input, text, offset: index }]
  })
}

/** The texts of some modules in a bundle that is not minified. */
export function textsOf(
  code: string,
  inputs: ReadonlySet<string>,
  wanted: (input: string) => boolean,
): string[] {
  const segments = segmentsOf(code, inputs)
  return segments.flatMap(({ input, start }, i) =>
    wanted(input) ? [code.slice(start, segments[i + 1]?.start)] : [],
  )
}

/** esbuild names each module in a comment line above it. */
function segmentsOf(code: string, inputs: ReadonlySet<string>): Segment[] {
  return [...code.matchAll(/^\/\/ (.+)$/gm)].flatMap(({ 1: input = '', index }) =>
    inputs.has(input) ? [{ input, start: index }] : [],
  )
}
