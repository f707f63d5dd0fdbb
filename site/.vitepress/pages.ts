import * as path from 'node:path'
import type { MarkdownOptions, Plugin } from 'vitepress'

type Markdown = Parameters<NonNullable<MarkdownOptions['config']>>[0]

/** The folder that holds the documentation: the repository. */
export const repository = path.resolve(import.meta.dirname, '../..')

/**
 * The Chinese README, which a page in a folder `zh` includes: VitePress takes the language of a text, for its
 * search, from the folder of its file.
 */
export const included = { file: 'README.zh-CN.md', page: 'zh/index.md' }

/** The page of the site that a file of the repository becomes. */
export function pageOf(file: string): string {
  if (file === included.file) return included.page
  return file.includes('/') ? file.replace(/^(docs|site)\//, '') : file.toLowerCase()
}

/**
 * Makes the links between files of the repository links between pages of the site. VitePress resolves a link
 * from the page; in the repository, where readers follow it too, it leads from the file. The text of a link to
 * a file or folder that is no page stays.
 */
export function followLinks(md: Markdown): void {
  md.core.ruler.push('follow-links', ({ tokens, env }) => {
    // The index of the search renders pages without a place: it needs no links.
    const { realPath }: { realPath?: string } = env
    if (realPath === undefined) return
    for (const token of tokens.flatMap(({ children }) => children ?? [])) {
      const href = token.attrGet('href')
      if (href === null || /^([a-z]+:|#|\/)/.test(href)) continue
      const link = pageLink(realPath, href)
      if (link === undefined) token.attrs = []
      else token.attrSet('href', link)
    }
  })
}

function pageLink(page: string, href: string): string | undefined {
  const [file = '', anchor] = href.split('#')
  const from = inRepository(page) === `site/${included.page}` ? repository : path.dirname(page)
  const target = inRepository(path.resolve(from, file))
  if (!isPage.test(target)) return undefined
  // VitePress puts an underscore before a heading's number, and GitHub does not.
  const id = anchor?.replace(/^\d/, '_$&')
  return id === undefined ? `/${pageOf(target)}` : `/${pageOf(target)}#${id}`
}

const inRepository = (file: string): string => path.relative(repository, file).replaceAll(path.sep, '/')

const isPage = /^(docs\/.*|site\/api\/.*|[^/]*)\.md$/

/** Keeps Vue from evaluating the braces of a `{{.field}}` in a text. */
export function keepBraces(md: Markdown): void {
  const render = md.renderer.rules.code_inline
  md.renderer.rules.code_inline = (tokens, index, ...rest) => {
    tokens[index]?.attrSet('v-pre', '')
    return render?.(tokens, index, ...rest) ?? ''
  }
}

/** Pages import Vue, and most lie outside of the folder that has it installed. */
export const findVue: Plugin = {
  name: 'find-vue',
  enforce: 'pre',
  resolveId(source, _importer, { ssr }) {
    if (!/^vue(\/|$)/.test(source)) return undefined
    return ssr
      ? { id: source, external: true }
      : this.resolve(source, import.meta.filename, { skipSelf: true })
  },
}
