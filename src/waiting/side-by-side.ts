/**
 * Applies `work` to each item, at most `limit` at a time, and resolves with the results in the order of the items.
 * After a failure it starts no more of them and rejects.
 */
export async function sideBySide<T, R>(
  items: readonly T[],
  limit: number,
  work: (item: T) => Promise<R>,
): Promise<R[]> {
  const waiting = items.entries()
  const results: R[] = []
  // All workers draw from one iterator, which thus hands out each item once.
  const worker = async (): Promise<void> => {
    for (const [index, item] of waiting) results[index] = await work(item)
  }
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, worker))
  return results
}
