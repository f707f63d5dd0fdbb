import * as fs from 'node:fs'
import * as path from 'node:path'
import { expect, test } from 'vitest'
import { call, command } from '../support/fake-channels.js'
import { hosted, hostedFunction } from '../support/package.js'

/** A source map that leads the first line of a built function to line 2, column 5 of its source. */
const map = JSON.stringify({
  version: 3,
  sources: ['../../src/functions/Fn.ts'],
  names: [],
  mappings: 'AACI',
})

const lines = (text: string, found: RegExp): string[] => text.split('\n').filter(line => found.test(line))

test('an error of a function is one line with its rule, its causes and the place in TypeScript', async () => {
  const { ask, written, folder } = await hostedFunction(
    'export class Fn { exec() { throw new Error("no answer", { cause: new Error("socket closed") }) } }',
  )
  fs.writeFileSync(path.join(folder, 'lib', 'functions', 'Fn.js.map'), map)
  await ask(call('a'))
  expect(lines(written.text, /no answer/)).toEqual([
    '[error] function fn, rule rule1: no answer; cause: socket closed (src/functions/Fn.ts:2:5)',
  ])
})

test('a line of code that fails for every row is logged once', async () => {
  const { ask, written } = await hostedFunction(
    'export class Fn { exec([n]) { throw new Error(`row ${n} is bad`) } }',
  )
  for (let n = 0; n < 50; n++) expect(await ask(call(n))).toContain(`row ${n} is bad`)
  expect(lines(written.text, /is bad/)).toEqual([
    expect.stringMatching(
      /^\[error\] function fn, rule rule1: row 0 is bad \(lib\/functions\/Fn\.js:1:\d+\)$/,
    ),
  ])
})

test('a result that JSON cannot represent is logged too', async () => {
  const { ask, written } = await hostedFunction('export class Fn { exec() { return { ratio: NaN } } }')
  await ask(call())
  expect(written.text).toContain('[error] function fn, rule rule1: Cannot send "ratio"')
})

test('a refused start names the plugin and its rule', async () => {
  const plugin = 'export class Src { configure() { throw new Error("it needs a path") } open() {} }'
  const { control, written } = await hosted({ 'sources/Src': plugin })
  await control.next()
  await control.ask(command('start', 'source', 'src'))
  expect(written.text).toContain('[error] source src, rule rule1: it needs a path (lib/sources/Src.js:1:')
})

test('ctx.error of a source is a line of the log, and an error of the rule', async () => {
  const plugin = 'export class Src { async open(ctx) { ctx.error(new Error("noise")); await ctx.closed } }'
  const { control, engine, written } = await hosted({ 'sources/Src': plugin })
  const rows = await engine.rows()
  await control.next()
  await control.ask(command('start', 'source', 'src'))
  expect(await rows.next()).toBe('"noise"')
  expect(written.text).toContain('[error] source src, rule rule1: noise (lib/sources/Src.js:1:')
})
