/** How long a channel that is being closed waits for what can still be written, in milliseconds. */
const patience = 1000

/** Resolves when `done` does, or when waiting any longer makes no sense. */
export function linger(done: Promise<void>): Promise<void> {
  return new Promise(resolve => {
    const timer = setTimeout(resolve, patience)
    void done.then(() => {
      clearTimeout(timer)
      resolve()
    })
  })
}
