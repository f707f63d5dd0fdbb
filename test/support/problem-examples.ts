import * as fs from 'node:fs'
import * as path from 'node:path'
import { repository } from './binary.js'
import { type RawEntry, rawZip } from './raw-zip.js'

// docs/problems.md is the fixture of every code: its examples are what the tests run.

/** The files of an example, by path; a zip is the file `lab1.zip`. */
export type Files = Record<string, string | Buffer>

export interface Example {
  code: string
  /** The prose before the first example. */
  why: string
  fails: Files
  passes: Files
}

/** The paragraphs of docs/problems.md, each with its examples. */
export function documentedProblems(): Example[] {
  const text = fs.readFileSync(path.join(repository, 'docs', 'problems.md'), 'utf8')
  return text
    .split(/^### /m)
    .slice(1)
    .map(paragraph => {
      const [why = '', rest = ''] = paragraph.split(/^Fails:$/m)
      const [fails = '', passes = ''] = rest.split(/^Passes:$/m)
      return {
        code: paragraph.split('\n')[0] ?? '',
        why: why.split('\n').slice(1).join('\n').trim(),
        fails: filesIn(fails),
        passes: filesIn(passes),
      }
    })
}

function filesIn(text: string): Files {
  const files: Files = {}
  for (const [, language, name = '', content = ''] of text.matchAll(/^```(\w+) ?(.*)\n([^]*?)^```$/gm)) {
    if (language === 'zip') files['lab1.zip'] = spoil(name, content.trimEnd().split('\n').map(entryFrom))
    else files[name] = content
  }
  return files
}

function entryFrom(line: string): RawEntry {
  const [, mode = '', name = '', content = ''] = /^([0-7]+) (\S+) ?(.*)$/.exec(line) ?? []
  return { mode: Number.parseInt(mode, 8), name, content: content.replaceAll('⏎', '\n') + (content && '\n') }
}

/** What a word beside `zip` does to the zip. */
function spoil(how: string, entries: RawEntry[]): Buffer {
  const last = entries.at(-1)
  switch (how) {
    case 'truncated':
      return rawZip(entries).subarray(0, -40)
    case 'bomb':
      return rawZip([...entries, { name: 'zeros', mode: 0o644, content: Buffer.alloc(80 * 1024 ** 2) }])
    case 'method':
      if (last) last.claims = { method: 12 }
      return rawZip(entries)
    case 'damaged':
      if (last) last.claims = { checksum: 0xbad }
      return rawZip(entries)
    default:
      return rawZip(entries)
  }
}
