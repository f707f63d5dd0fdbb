// In a stored configuration the engine rewrites whole numbers of these properties as durations: 100 becomes "100ms"
// (pkg/replace/replace.go, ReplaceDuration).
const rewritten = new Set(['interval', 'timeout', 'cacheTtl', 'expiration'])

const milliseconds: Record<string, number> = { h: 3_600_000, m: 60_000, s: 1000, ms: 1 }

/** The milliseconds that the engine may have rewritten; `undefined` for any other property or value. */
export function millisecondsOf(key: PropertyKey, value: unknown): number | undefined {
  return typeof key === 'string' && rewritten.has(key) && typeof value === 'string'
    ? readDuration(value)
    : undefined
}

/** Reads a duration in Go's format: `100ms`, `1.5s`, `1h0m0s`. */
function readDuration(text: string): number | undefined {
  if (!/^-?(?:[\d.]+(?:h|ms|m|s))+$/.test(text)) return undefined
  const parts = text.matchAll(/([\d.]+)(h|ms|m|s)/g)
  const size = [...parts].reduce(
    (sum, [, count, unit = '']) => sum + Number(count) * (milliseconds[unit] ?? 0),
    0,
  )
  // Go writes 1001 ms as 1.001s, and 1.001 * 1000 is not exactly 1001.
  return Number.isNaN(size) ? undefined : Math.round(text.startsWith('-') ? -size : size)
}
