/** Milliseconds that a channel waits on close for unsent messages. */
const patience = 1000

/** Resolves when `done` does, or after a second. */
export function linger(done: Promise<void>): Promise<void> {
  return new Promise(resolve => {
    const timer = setTimeout(resolve, patience)
    void done.then(() => {
      clearTimeout(timer)
      resolve()
    })
  })
}
