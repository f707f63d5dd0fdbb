import * as fs from 'node:fs'
import * as path from 'node:path'

const folders = [
  'data',
  'log',
  'unpacked',
  ...['sources', 'sinks', 'functions', 'portable', 'wasm'].map(kind => `plugins/${kind}`),
]

/** Fills a folder as the root of an engine. The unpacked eKuiper itself is never written to. */
export function makeRoot(ekuiper: string, root: string): void {
  for (const folder of folders) fs.mkdirSync(path.join(root, folder), { recursive: true })
  fs.cpSync(path.join(ekuiper, 'etc'), path.join(root, 'etc'), { recursive: true })
}
