import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import * as path from 'node:path'
import type { Inspected, InspectionRequest } from './message.js'
import { kplugFolder } from '../project/installation.js'

const longestLoad = 20_000

/** Loads built files one after the other in a process of their own, and answers what they say of themselves. */
export async function inspectBuilt(files: readonly InspectionRequest[]): Promise<Inspected[]> {
  const child = fork(path.join(kplugFolder, 'dist', 'inspect.cjs'), {
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    execArgv: ['--enable-source-maps'],
  })
  try {
    const found: Inspected[] = []
    for (const request of files) found.push(await inspectOne(child, request))
    return found
  } finally {
    child.kill('SIGKILL')
  }
}

async function inspectOne(child: ChildProcess, request: InspectionRequest): Promise<Inspected> {
  // Ends what is still waited for, whichever comes first.
  const over = new AbortController()
  const waiting = { signal: AbortSignal.any([over.signal, AbortSignal.timeout(longestLoad)]) }
  const answered = once(child, 'message', waiting).then(([answer]) => answer as Inspected)
  const died = once(child, 'exit', waiting).then(() =>
    failed(request, 'its process ended while it was loaded'),
  )
  child.send(request)
  try {
    return await Promise.race([answered, died])
  } catch (error) {
    if (!waiting.signal.aborted) throw error
    return failed(request, `it was not loaded within ${longestLoad / 1000} s`)
  } finally {
    over.abort()
    await Promise.allSettled([answered, died])
  }
}

const failed = ({ file }: InspectionRequest, failure: string): Inspected => ({ file, failure })
