import { LoadFolder } from './load-folder.js'
import { loadBuilt } from './load-built.js'
import { loadLimit, type LoadOutcome } from './loader.js'
import type { Inspected, InspectionRequest } from './message.js'

// What a plugin does after loading does not change its description.
const noPauses = { together: 0, alone: 0 }

/**
 * Loads built files where they are. Resolves with the description of each, or with the reason why it cannot be loaded.
 */
export async function inspectBuilt(requests: readonly InspectionRequest[]): Promise<Inspected[]> {
  const loadFolder = new LoadFolder()
  try {
    const outcomes = await loadBuilt(requests, loadFolder, noPauses)
    return outcomes.map(inspectedOf)
  } finally {
    loadFolder.remove()
  }
}

const failures = {
  timeout: `it does not finish loading within ${loadLimit / 1000} s`,
  memory: 'it uses too much memory',
  exit: 'it exits the process',
}

const inspectedOf = ({ request: { file }, seen, ended }: LoadOutcome): Inspected =>
  seen ?? { file, failure: failures[ended ?? 'exit'] }
