import { defineConfig } from 'vitest/config'
import { globally, running } from './test/support/running.js'

// The half of the tests that mostly computes, and what Node.js itself decides about: sockets, files, streams, modules.
// `npm run test:node` runs it on another line of Node.js.
const rooms = [
  'data',
  'ekuiper',
  'engine',
  'errors',
  'host',
  'load',
  'package',
  'plugin',
  'project',
  'report',
  'run',
  'runtime',
  'server',
  'sp',
  'state',
  'waiting',
]

// These wait for processes that stand still or are killed.
const slow = ['host/process', 'server/stop', 'state/kill', 'state/lock', 'state/redis', 'state/takeover']

export default defineConfig({
  test: {
    ...running,
    ...globally,
    include: [`test/{${rooms.join(',')}}/**/*.test.ts`, 'test/commands/run.test.ts', 'test/cli.test.ts'],
    exclude: slow.map(file => `test/${file}.test.ts`),
  },
})
