const interval = 500

/**
 * Watches the process that started this one: when it is gone, however it died, another one has adopted us. `check`
 * looks at once: a channel that was just opened may be another engine's.
 */
export function watchParent(gone: () => void): { check: () => void } {
  const parent = process.ppid
  let told = false
  const check = (): void => {
    if (told || process.ppid === parent) return
    told = true
    gone()
  }
  setInterval(check, interval)
  return { check }
}
