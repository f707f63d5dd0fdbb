/** Waits for a promise, at most `ms` milliseconds: then the value of `late` takes its place. 0 is no limit. */
export async function within<T, L>(ms: number, work: Promise<T>, late: () => L): Promise<T | L> {
  if (ms === 0) return work
  let timer: NodeJS.Timeout | undefined
  const limit = new Promise<'late'>(resolve => {
    timer = setTimeout(resolve, ms, 'late')
  })
  try {
    const first = await Promise.race([work.then(value => ({ value })), limit])
    return first === 'late' ? late() : first.value
  } finally {
    clearTimeout(timer)
  }
}
