import { within } from '../waiting/within.js'

// On a machine that is this busy, nothing can be known.
const mostTurns = 20
// Less does not keep a process from its answer.
const leastQueue = 100

/**
 * Waits for a process, at most `limit` milliseconds; then the value of `late` takes its place. The time in which the
 * process waited for a processor, as `queued` reports it, does not count: a busy machine must not make a plugin look
 * hung.
 */
export async function withPatience<T, L>(
  limit: number,
  queued: () => number,
  work: Promise<T>,
  late: () => L,
): Promise<T | L> {
  const done = work.then(value => ({ value }))
  done.catch(() => {})
  let before = queued()
  let left = limit
  for (let turn = 0; turn < mostTurns && left > 0; turn += 1) {
    const first = await within(left, done, () => undefined)
    if (first) return first.value
    const now = queued()
    left = now - before < leastQueue ? 0 : Math.min(now - before, limit)
    before = now
  }
  return late()
}
