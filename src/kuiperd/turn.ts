import { once } from 'node:events'
import { createServer } from 'node:net'
import { setTimeout } from 'node:timers/promises'
import { isSystemError } from '../errors/system-error.js'

// An abstract socket of Linux: the kernel removes it when the process ends.
const address = '\0kplug-engine'

const betweenTries = 100

/** Waits until no other process on this machine has the turn to run an engine. Returns a function that ends the turn. */
export async function takeTurn(): Promise<() => void> {
  for (;;) {
    const server = createServer()
    try {
      await once(server.listen(address), 'listening')
      server.unref()
      return () => void server.close()
    } catch (error) {
      if (!isSystemError(error) || error.code !== 'EADDRINUSE') throw error
      await setTimeout(betweenTries)
    }
  }
}
