import { withEngine } from 'kplug/testing/engine'
import { expect, test } from 'vitest'

const inRule = withEngine(async engine => {
  await engine.install('../clock')
  await engine.install()
  const rule = await engine.rule(`
    CREATE STREAM clock_stream () WITH (TYPE="clock", DATASOURCE="x", FORMAT="json");
    SELECT sameText(count) AS count FROM clock_stream`)
  expect(await rule.rows(1)).toEqual([{ count: 1 }])
})

test('a rule uses the plugins of both packages', inRule, 60_000)
