import type { SourceContext } from 'kplug'
import { expect, test } from 'vitest'
import { MySource } from '../../src/sources/MySource.js'

test('mySource yields rows', async () => {
  const ctx = { signal: new AbortController().signal, sleep: async () => {} } as unknown as SourceContext
  const source = MySource
  for await (const row of source.open(ctx) as AsyncIterable<unknown>) {
    expect(row).toHaveProperty('at')
    break
  }
})
