type Ways<Name extends string, Found> = Record<Name, () => Found | Promise<Found>>

/** What each way took, round by round. Ways take turns, so that whatever else the machine does falls on all of them. */
export async function inTurns<Name extends string, Found = number>(
  rounds: number,
  ways: Ways<Name, Found>,
): Promise<Record<Name, Found[]>> {
  const names = Object.keys(ways) as Name[]
  const figures = Object.fromEntries(names.map(name => [name, [] as Found[]])) as Record<Name, Found[]>
  for (let round = -1; round < rounds; round += 1) {
    for (const name of names) {
      const figure = await ways[name]()
      // The first round is for caches to fill.
      if (round >= 0) figures[name].push(figure)
    }
  }
  return figures
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  const upper = sorted[middle] ?? Number.NaN
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? Number.NaN)) / 2
}

/** The median of the rounds' own ratios, which a busy moment disturbs less than it does either figure. */
export const medianRatio = (ours: readonly number[], peers: readonly number[]): number =>
  median(ours.map((value, round) => value / (peers[round] ?? Number.NaN)))
