import * as fs from 'node:fs'
import * as path from 'node:path'
import { transform } from 'esbuild'
import { expect, test } from 'vitest'
import type { Source } from '../src/index.js'
import { createContext, runSource } from '../src/testing.js'
import { repository } from './support/binary.js'
import { capabilitiesAsMarkdown } from './support/capabilities.js'

test('the source of docs/coming-from.md goes on where it was', async () => {
  const text = fs.readFileSync(path.join(repository, 'docs', 'coming-from.md'), 'utf8')
  const example = /go on where it was|goes on where it was[\s\S]*?```ts\n([\s\S]*?)```/.exec(text)?.[1] ?? ''
  const { code } = await transform(example, { loader: 'ts' })
  const url = `data:text/javascript,${encodeURIComponent(code)}`
  const { Numbers }: { Numbers: new () => Source } = await import(url)
  const context = createContext()
  expect((await runSource(Numbers, { context, limit: 3 })).rows).toEqual([
    { next: 0 },
    { next: 1 },
    { next: 2 },
  ])
  const { rows } = await runSource(Numbers, { context, limit: 2 })
  expect(rows).toEqual([{ next: 3 }, { next: 4 }])
})

test('docs/ekuiper-versions.md has the table that the tests against eKuiper show', () => {
  const text = fs.readFileSync(path.join(repository, 'docs', 'ekuiper-versions.md'), 'utf8')
  expect(text).toContain(capabilitiesAsMarkdown())
})
