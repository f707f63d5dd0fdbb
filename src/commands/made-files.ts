import * as fs from 'node:fs'
import * as path from 'node:path'
import { UsageError } from '../errors/usage-error.js'
import type { Io } from '../io.js'
import { filesAsText } from '../report/files.js'
import { asJson } from '../report/json.js'

/** Refuses to overwrite a file, unless the command line permits it. */
export function refuseToOverwrite(folder: string, files: Iterable<string>, force: boolean | undefined): void {
  const existing = [...files].find(file => fs.existsSync(path.join(folder, file)))
  if (existing !== undefined && !force)
    throw new UsageError(`Cannot write ${existing}: the file exists; overwrite it with "--force"`)
}

interface MadeFiles {
  made: readonly string[]
  changed: readonly string[]
  /** The commands to type next. */
  next: readonly string[]
}

export function reportFiles(io: Io, { made, changed, next }: MadeFiles, json: boolean | undefined): void {
  io.stdout.write(json ? asJson({ made, changed }) : filesAsText(made, changed))
  io.stderr.write(`\nNext:\n${next.map(line => `  ${line}\n`).join('')}`)
}
