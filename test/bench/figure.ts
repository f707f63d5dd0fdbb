/** One thing that was measured, beside what it is compared with. */
export interface Figure {
  what: string
  ours: number
  unit: 'ms' | 'µs' | 'ns' | '/s' | 'MB' | 'rows' | 'restarts' | 'wedges'
  /** What does the same without kplug, measured in the same rounds. */
  peer?: { what: string; value: number }
  /** The median of the rounds' ratios, ours to the peer's; where it is missing, the ratio of the two figures. */
  ratio?: number
  /** What design and README promise, of the ratio or of our figure alone. */
  promise?: { of: 'ratio' | 'ours'; atMost: number } | { of: 'ratio' | 'ours'; atLeast: number }
}

export const ratioOf = ({ ours, peer, ratio }: Figure): number | undefined =>
  ratio ?? (peer === undefined ? undefined : ours / peer.value)

/** Whether a promise is kept; undefined where none was given. */
export function holds(figure: Figure): boolean | undefined {
  const { promise, ours } = figure
  if (promise === undefined) return undefined
  const value = promise.of === 'ours' ? ours : (ratioOf(figure) ?? Number.NaN)
  return 'atMost' in promise ? value <= promise.atMost : value >= promise.atLeast
}

const headings = ['what', 'ours', 'peer', 'ratio', 'promised', 'holds']

export function figuresAsText(figures: readonly Figure[]): string {
  const rows = [headings, ...figures.map(cellsOf)]
  const widths = headings.map((_heading, column) => Math.max(...rows.map(row => row[column]?.length ?? 0)))
  const line = (row: readonly string[]): string =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd()
  return `${rows.map(line).join('\n')}\n`
}

function cellsOf(figure: Figure): string[] {
  const { what, ours, unit, peer } = figure
  return [
    what,
    quantity(ours, unit),
    peer === undefined ? '' : `${peer.what} ${quantity(peer.value, unit)}`,
    ratioOf(figure)?.toFixed(2) ?? '',
    promiseOf(figure),
    { true: 'yes', false: 'NO', undefined: '' }[`${holds(figure)}`] ?? '',
  ]
}

function promiseOf({ promise, unit }: Figure): string {
  if (promise === undefined) return ''
  const [sign, limit] = 'atMost' in promise ? ['≤', promise.atMost] : ['≥', promise.atLeast]
  return `${sign} ${promise.of === 'ratio' ? `${limit} ×` : quantity(limit, unit)}`
}

function quantity(value: number, unit: Figure['unit']): string {
  const digits = value < 100 && unit !== '/s' ? 1 : 0
  const number = value.toLocaleString('en', { maximumFractionDigits: digits })
  return unit === '/s' ? `${number}/s` : `${number} ${unit}`
}
