import * as fs from 'node:fs'
import * as os from 'node:os'
import * as path from 'node:path'
import { build } from 'esbuild'
import { afterAll, beforeAll } from 'vitest'

/** Bundles programs of this folder once for all tests of a file: each start is then as fast as that of a plugin. */
export function bundledPrograms(names: readonly string[]): () => string {
  let folder = ''
  beforeAll(async () => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'kplug-state-'))
    await bundlePrograms(names, folder)
  })
  afterAll(() => fs.rmSync(folder, { recursive: true }))
  return () => folder
}

export async function bundlePrograms(names: readonly string[], folder: string): Promise<void> {
  await build({
    entryPoints: names.map(name => path.join(import.meta.dirname, `${name}.ts`)),
    outExtension: { '.js': '.mjs' },
    external: ['ioredis'],
    outdir: folder,
    bundle: true,
    platform: 'node',
    format: 'esm',
  })
}
