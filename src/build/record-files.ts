// A build notes beside its files what it knows of them. Dot files are never plugins.
export const folderOfRecords = '.kplug'

const below = (built: string, extension: string): string =>
  `${folderOfRecords}/${built.replace(/\.js$/, extension)}`

/** The record of the build of a file; both paths are below the plugins folder. */
export const recordOf = (built: string): string => below(built, '.json')

/** What a built file said of itself when it was last loaded. */
export const descriptionOf = (built: string): string => below(built, '.description.json')
