/** A Node.js that loads plugins. */
export interface NodeProgram {
  file: string
  version: string
  /** The ABI that native addons are compiled for. */
  abi: string
}

/** The one that runs here. */
export const ownNode: NodeProgram = {
  file: process.execPath,
  version: process.versions.node,
  abi: process.versions.modules,
}
