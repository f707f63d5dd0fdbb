import { readdir, readFile } from 'node:fs/promises'
import * as path from 'node:path'

/** Fails the build if a built page links to a file that does not exist. VitePress checks only links in Markdown. */
export async function refuseDeadLinks(site: string): Promise<void> {
  const files = await readdir(site, { recursive: true })
  const pages = files.filter(file => file.endsWith('.html'))
  const known = new Set(files.map(file => `/${file.replaceAll(path.sep, '/')}`))
  for (const page of pages) {
    const html = await readFile(path.join(site, page), 'utf8')
    for (const [, link = ''] of html.matchAll(/(?:href|src)="(\/[^"#?]*)/g)) {
      if (!known.has(link.replace(/\/$/, '/index.html'))) throw new Error(`${page} links to ${link}`)
    }
  }
}
