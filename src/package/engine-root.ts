import * as fs from 'node:fs'
import * as path from 'node:path'
import { decodeEngineManifest, engineManifestFile, pluginsIn } from '../ekuiper/engine-manifest.js'
import { folderOf } from '../plugin/kind.js'
import { readFolder } from '../project/folder.js'
import type { DescribedPackage } from './package-file.js'

const portable = path.join('plugins', 'portable')

/** Whether a folder has the layout of an engine's folder, with portable plugins in it. */
export const isEngineRoot = (folder: string): boolean => fs.existsSync(path.join(folder, portable))

/** The packages in an engine's folder. A package with an unreadable manifest is skipped, as the engine does. */
export function readEngineRoot(root: string): DescribedPackage[] {
  return readFolder(path.join(root, portable)).flatMap(({ name }) => {
    const text = textOf(path.join(root, portable, name, engineManifestFile(name)))
    if (text === undefined) return []
    try {
      const manifest = decodeEngineManifest(text)
      const files = pluginsIn(manifest).map(plugin => `${folderOf(plugin.kind)}/${plugin.name}.json`)
      return [{ name, manifest, metadata: new Map(files.map(file => [file, metadataIn(root, file)])) }]
    } catch {
      return []
    }
  })
}

function metadataIn(root: string, file: string): unknown {
  const text = textOf(path.join(root, 'etc', file)) ?? textOf(path.join(root, 'data', file))
  return text === undefined ? undefined : JSON.parse(text)
}

function textOf(file: string): string | undefined {
  return fs.statSync(file, { throwIfNoEntry: false })?.isFile() ? fs.readFileSync(file, 'utf8') : undefined
}
