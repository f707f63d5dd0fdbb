/** The languages of plugins, each with its module format. */
const extension = /\.[mc]?[jt]sx?$/

/** The name of a plugin's source file without its extension; undefined for declarations, tests and other files. */
export function sourceStem(file: string): string | undefined {
  if (!extension.test(file) || /\.(?:d|test|spec)\.[mc]?[jt]sx?$/.test(file)) return undefined
  return file.replace(extension, '')
}

/** Whether a file name is the index of a plugin folder. */
export const isIndex = (file: string): boolean => sourceStem(file) === 'index'

/** Whether a file may contain comments that kplug reads. */
export const isSource = (file: string): boolean => extension.test(file)
