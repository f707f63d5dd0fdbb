import type { SinkContext } from 'kplug'
import { expect, test } from 'vitest'
import { MySink } from '../../src/sinks/MySink.js'

test('mySink logs what it gets', () => {
  const lines: string[] = []
  const ctx = { logger: { info: (line: string) => lines.push(line) } } as unknown as SinkContext
  const sink = new MySink()
  sink.collect(ctx, { a: 1 })
  expect(lines.join()).toContain('{"a":1}')
})
