/** The languages that a plugin may be written in, each with its module format. */
const extension = /\.[mc]?[jt]sx?$/

/** The name of a plugin's source without its extension; undefined for declarations, tests, and what is no source. */
export function sourceStem(file: string): string | undefined {
  if (!extension.test(file) || /\.(?:d|test|spec)\.[mc]?[jt]sx?$/.test(file)) return undefined
  return file.replace(extension, '')
}

/** Whether a folder's index is a source. */
export const isIndex = (file: string): boolean => sourceStem(file) === 'index'

/** Whether a file may hold comments that kplug reads. */
export const isSource = (file: string): boolean => extension.test(file)
