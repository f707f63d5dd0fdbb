import { counted, size, table } from './table.js'

/** A built file: its path, its bytes, and the milliseconds until it was ready. */
export interface BuiltFile {
  file: string
  bytes: number
  time: number
}

const milliseconds = (time: number): string => `${Math.round(time)} ms`

/** A line for each plugin: its file, size, and when it was ready. */
export function builtAsText(built: readonly BuiltFile[]): string {
  return table(built.map(({ file, bytes, time }) => [file, size(bytes), milliseconds(time)]))
}

/** `Built 3 plugins, 12.4 kB, in 210 ms`, after what was removed. */
export function totalAsText(built: readonly BuiltFile[], removed: readonly string[], time: number): string {
  const bytes = built.reduce((sum, plugin) => sum + plugin.bytes, 0)
  const gone = removed.map(file => `Removed ${file}\n`).join('')
  return `${gone}Built ${counted(built.length, 'plugin')}, ${size(bytes)}, in ${milliseconds(time)}\n`
}
