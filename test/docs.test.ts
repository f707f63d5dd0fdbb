import * as fs from 'node:fs'
import * as path from 'node:path'
import { transform } from 'esbuild'
import { expect, test } from 'vitest'
import type { Source } from '../src/index.js'
import { createContext, runSource } from '../src/testing.js'
import { repository } from './support/binary.js'
import { commandsAsMarkdown } from './support/commands-page.js'
import { folderWith } from './support/folder.js'
import { kplug } from './support/io.js'
import { capabilitiesAsMarkdown } from './support/capabilities.js'

test('the source of docs/coming-from.md continues where it was', async () => {
  const text = fs.readFileSync(path.join(repository, 'docs', 'coming-from.md'), 'utf8')
  const example = /continues where it was[\s\S]*?```ts\n([\s\S]*?)```/.exec(text)?.[1] ?? ''
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

const folders = ['.', 'docs', 'docs/zh'].filter(folder => fs.existsSync(path.join(repository, folder)))

const pages = folders.flatMap(folder =>
  fs
    .readdirSync(path.join(repository, folder))
    .filter(name => name.endsWith('.md'))
    .map(name => path.posix.join(folder, name)),
)

const withoutCode = (text: string): string => text.replaceAll(/^```[\s\S]*?^```$/gm, '')

/** The anchors of a page's headings, as GitHub makes them. */
function anchorsOf(text: string): Set<string> {
  const headings = withoutCode(text).matchAll(/^#+ (.*)$/gm)
  return new Set(
    Array.from(headings, ([, heading = '']) =>
      heading
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
        .replaceAll(' ', '-'),
    ),
  )
}

test.for(pages)('the links of %s lead to files and headings of the repository', page => {
  const text = fs.readFileSync(path.join(repository, page), 'utf8')
  for (const [, target = ''] of withoutCode(text).matchAll(/\]\((?!https?:)([^)\s]+)\)/g)) {
    const [file = '', anchor] = target.split('#')
    const full = path.join(repository, file === '' ? page : path.join(path.dirname(page), file))
    expect(fs.existsSync(full), target).toBe(true)
    if (anchor !== undefined) expect(anchorsOf(fs.readFileSync(full, 'utf8')), target).toContain(anchor)
  }
})

const rooms = fs
  .readdirSync(path.join(repository, 'src'), { withFileTypes: true })
  .flatMap(entry => (entry.isDirectory() ? [entry.name] : []))

/** The paths in a text that begin with a folder of the repository or a room of `src`. */
function pathsIn(text: string): string[] {
  const first = ['docs', 'examples', 'schema', 'src', 'templates', 'test', ...rooms]
  const named = new RegExp(`(?<=[\\s\`(])(?:${first.join('|')})/[\\w./-]*`, 'g')
  return text.match(named) ?? []
}

test.for(['docs/architecture.md', 'CONTRIBUTING.md'])('the paths in %s exist', page => {
  const found = pathsIn(fs.readFileSync(path.join(repository, page), 'utf8'))
  expect(found.length).toBeGreaterThan(5)
  const exists = (name: string): boolean =>
    [name, `src/${name}`].some(file => fs.existsSync(path.join(repository, file)))
  expect(found.filter(name => !exists(name))).toEqual([])
})

test('the site leads to every page', () => {
  const config = fs.readFileSync(path.join(repository, 'site', '.vitepress', 'config.ts'), 'utf8')
  const names = pages
    .filter(page => /^docs\/(?!index)/.test(page))
    .map(page => page.slice('docs/'.length, -'.md'.length))
  expect(names.filter(name => !config.includes(`'${name}'`))).toEqual([])
})

const translations = [
  ['README.md', 'README.zh-CN.md'],
  ['docs/tutorial.md', 'docs/zh/tutorial.md'],
  ['docs/coming-from.md', 'docs/zh/coming-from.md'],
] as const

const codeBlock = /^```[\s\S]*?^```$/gm

test.for(translations)('the code of %s and of %s is the same', ([original, translation]) => {
  const file = path.join(repository, translation)
  const text = fs.readFileSync(file, 'utf8')
  const code = [...fs.readFileSync(path.join(repository, original), 'utf8').matchAll(codeBlock)].flat()
  if (process.env['UPDATE_README'] === '1') {
    const rest = [...code]
    fs.writeFileSync(
      file,
      text.replace(codeBlock, () => rest.shift() ?? ''),
    )
  } else expect([...text.matchAll(codeBlock)].flat()).toEqual(code)
})

/** The inline code in the first cells of all tables: the options and settings that they list. */
function firstCells(page: string): string[] {
  const text = withoutCode(fs.readFileSync(path.join(repository, page), 'utf8'))
  return [...text.matchAll(/^\|([^|]*)\|/gm)].flatMap(([, cell = '']) => cell.match(/`[^`]+`/g) ?? [])
}

test.for(translations)('the tables of %s and of %s list the same', ([original, translation]) => {
  expect(firstCells(translation)).toEqual(firstCells(original))
})

/** The pages that a page links to, each as its original. */
function pagesLinkedFrom(page: string): Set<string> {
  const text = fs.readFileSync(path.join(repository, page), 'utf8')
  const originals = new Map<string, string>(
    translations.map(([original, translation]) => [translation, original]),
  )
  const links = withoutCode(text).matchAll(/\]\((?!https?:|#)([^)#\s]+)/g)
  return new Set(
    Array.from(links, ([, target = '']) => {
      const file = path.posix.join(path.posix.dirname(page), target)
      return originals.get(file) ?? file
    }),
  )
}

test.for(translations)('the links of %s and of %s lead to the same pages', ([original, translation]) => {
  // Each version of the README links to the other one.
  const linked = (page: string) => [...pagesLinkedFrom(page)].filter(file => file !== 'README.md').toSorted()
  expect(linked(translation)).toEqual(linked(original).filter(file => file !== 'README.zh-CN.md'))
})

test('docs/ekuiper-versions.md has the table that the tests against eKuiper show', () => {
  const text = fs.readFileSync(path.join(repository, 'docs', 'ekuiper-versions.md'), 'utf8')
  expect(text).toContain(capabilitiesAsMarkdown())
})

test('every command of docs/recipes.md makes its plugin', async () => {
  const text = fs.readFileSync(path.join(repository, 'docs', 'recipes.md'), 'utf8')
  const commands = Array.from(
    text.matchAll(/`kplug (new [a-z]+ \w+ --template [\w-]+)`/g),
    ([, typed = '']) => typed,
  )
  expect(commands.length).toBeGreaterThan(7)
  const folder = folderWith()
  for (const typed of commands)
    expect(await kplug(folder, ...typed.split(' ')), typed).toMatchObject({ code: 0 })
})

test('docs/commands.md has the help of every command', async () => {
  const file = path.join(repository, 'docs', 'commands.md')
  const page = await commandsAsMarkdown(folderWith())
  if (process.env['UPDATE_README'] === '1') fs.writeFileSync(file, page)
  else expect(fs.readFileSync(file, 'utf8')).toBe(page)
})
