const interval = 20

/**
 * Asks again and again until the answer is neither undefined nor false. What other processes do cannot be awaited
 * otherwise. Fails after `limit` milliseconds.
 */
export async function until<T>(
  what: string,
  probe: () => Promise<T | undefined | false> | T | undefined | false,
  limit = 20_000,
): Promise<T> {
  const end = performance.now() + limit
  for (;;) {
    const answer = await probe()
    if (answer !== undefined && answer !== false) return answer
    if (performance.now() > end) throw new Error(`Waited ${limit} ms in vain until ${what}`)
    await new Promise(resolve => setTimeout(resolve, interval))
  }
}
