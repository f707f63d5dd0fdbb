// A build stores its records beside its files. Dot files are never plugins.
export const folderOfRecords = '.kplug'

const below = (built: string, extension: string): string =>
  `${folderOfRecords}/${built.replace(/\.js$/, extension)}`

/** The path of the record of a built file. Both paths are below the plugins folder. */
export const recordOf = (built: string): string => below(built, '.json')

/** The path of the description of a built file, stored when it was last loaded. */
export const descriptionOf = (built: string): string => below(built, '.description.json')
