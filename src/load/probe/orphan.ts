import * as fs from 'node:fs'

// Time for the threads of other processes to start: they could not, once their current folder is gone.
const grace = 2000

/** Ends a process that its owner, which was killed, can no longer end, and removes the folder that they shared. */
export function endOrphan(folder: string): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, grace)
  try {
    fs.rmSync(folder, { recursive: true, force: true, maxRetries: 3 })
  } finally {
    process.kill(process.pid, 'SIGKILL')
  }
}
