import * as fs from 'node:fs'
import * as path from 'node:path'
import { binary, inFolder, manifest, timeOf } from './children.js'
import type { Figure } from './figure.js'
import { inTurns, median, medianRatio } from './rounds.js'

const rounds = 31

const project = {
  'package.json': manifest,
  'src/sources/MySource.ts': 'export class MySource { open() {} }\n',
  'plugins/package.json': '{"type": "module"}\n',
  'plugins/sources/MySource@v0.0.1.js': 'export class MySource { open() {} }\n',
  'plugins/sinks/MySink@v0.1.0.js': 'export class MySink {}\n',
  'plugins/functions/WordCount@v0.1.0.js': 'export class WordCount {}\n',
}

const promises: Record<string, number> = {
  '--version': 1.4,
  '--help': 1.6,
  list: 1.8,
  'describe source mySource': 1.8,
  'describe, the first after a build': 1.8,
  'new with flags': 1.9,
}

/** How long commands take from start to end, beside a Node process that does nothing. */
export function measure(): Promise<Figure[]> {
  return inFolder({}, empty => inFolder(project, folder => measureIn(folder, empty)))
}

async function measureIn(folder: string, empty: string): Promise<Figure[]> {
  const typed = (...args: string[]): number => timeOf([binary, ...args], folder)
  const description = path.join(folder, 'plugins/.kplug/sources/MySource@v0.1.0.description.json')
  typed('build', '--no-check')
  const { bare, ...times } = await inTurns(rounds, {
    bare: () => timeOf(['-e', '0'], folder),
    '--version': () => typed('--version'),
    '--help': () => typed('--help'),
    list: () => typed('list'),
    'describe, the first after a build': () => {
      fs.rmSync(description, { force: true })
      return typed('describe', 'source', 'mySource')
    },
    'describe source mySource': () => typed('describe', 'source', 'mySource'),
    'new with flags': () => timeOfNew(empty),
  })
  return Object.entries(times).map(([what, ours]) => ({
    what: `kplug ${what}`,
    ours: median(ours),
    unit: 'ms' as const,
    peer: { what: 'node -e 0', value: median(bare) },
    ratio: medianRatio(ours, bare),
    promise: { of: 'ratio' as const, atMost: promises[what] ?? Number.NaN },
  }))
}

function timeOfNew(empty: string): number {
  const folder = fs.mkdtempSync(path.join(empty, 'new-'))
  const details = ['--project-name', 'things', '--project-version', '0.1.0', '--description', 'Things']
  return timeOf([binary, 'new', 'source', 'mySource', ...details, '-C', folder], empty)
}
