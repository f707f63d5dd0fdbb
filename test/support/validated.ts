import * as fs from 'node:fs'
import * as path from 'node:path'
import { folderWith } from './folder.js'
import { kplug } from './io.js'
import type { Files } from './problem-examples.js'

/** A problem as `--format json` has it. */
export interface Shown {
  code: string
  severity: string
  message: string
  remedy: string | null
  file: string | null
  line: number | null
  column: number | null
  docs: string
  engine: string | null
}

/** Files in a fresh folder; answers the folder. */
export function folderOf(files: Files): string {
  const folder = folderWith()
  for (const [file, content] of Object.entries(files)) {
    const full = path.join(folder, file)
    fs.mkdirSync(path.dirname(full), { recursive: true })
    fs.writeFileSync(full, content)
  }
  return folder
}

/** What `kplug validate` finds, with how it ended. */
export async function validate(
  folder: string,
  ...typed: string[]
): Promise<{ code: number; problems: Shown[]; stderr: string }> {
  const { code, stdout, stderr } = await kplug(folder, 'validate', '--format', 'json', ...typed)
  const problems = stdout === '' ? [] : (JSON.parse(stdout) as { problems: Shown[] }).problems
  return { code, problems, stderr }
}
