// A build stores its records beside its files. Dot files are never plugins.
export const folderOfRecords = '.kplug'

/** The path of the records of all built files, below the plugins folder. */
export const buildsFile = `${folderOfRecords}/built.json`

/** The path of the description of a built file, stored when it was last loaded. Both are below the plugins folder. */
export const descriptionOf = (built: string): string =>
  `${folderOfRecords}/${built.replace(/\.js$/, '.description.json')}`
