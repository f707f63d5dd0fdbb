import { runSource } from 'kplug/testing'
import { expect, test } from 'vitest'
import { config, MySource } from '../../src/sources/MySource.js'

test('mySource counts up', async () => {
  const { rows } = await runSource(MySource, { config, props: { every: 1 }, limit: 3 })
  expect(rows.map(row => row['count'])).toEqual([1, 2, 3])
})
