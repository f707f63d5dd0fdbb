import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { dirname, join } from 'node:path'
import { text } from 'node:stream/consumers'
import { expect, test } from 'vitest'
import { repository } from '../support/binary.js'
import { socketPaths } from '../support/raw-peer.js'

const paths = socketPaths()

test('a process whose channels are closed, in any state, exits by itself', async () => {
  const program = join(repository, 'test/support/ends-by-itself.ts')
  const child = spawn(process.execPath, ['--import', 'tsx', program, dirname(paths())])
  const printed = Promise.all([text(child.stdout), text(child.stderr)])
  try {
    expect(await once(child, 'exit')).toEqual([0, null])
    expect(await printed).toEqual(['closed, 0 timers', ''])
  } finally {
    child.kill('SIGKILL')
  }
})
