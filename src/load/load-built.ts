import type { InspectionRequest, Note } from './message.js'
import { sideBySide } from '../waiting/side-by-side.js'
import { locationsIn, pathOf } from '../stack/source-location.js'
import type { LoadFolder } from './load-folder.js'
import { Loader, type LoadOutcome } from './loader.js'

const filesToAChild = 50
const children = 2

/**
 * Milliseconds to wait after loading. A plugin may still do something then, for example in a timer, and the wait
 * attributes it to the right plugin.
 */
interface Pauses {
  together: number
  alone: number
}

const patient: Pauses = { together: 30, alone: 300 }

/**
 * Loads built files in child processes, many per process, with the home of `folder` as the current folder. If a process dies, each
 * of its files is loaded again in a process of its own, so that only the faulty file gets the problem.
 */
export async function loadBuilt(
  requests: readonly InspectionRequest[],
  folder: LoadFolder,
  pauses = patient,
): Promise<LoadOutcome[]> {
  const chunks = await sideBySide(chunksOf(requests), children, chunk => loadChunk(chunk, folder, pauses))
  return chunks.flat()
}

function chunksOf(requests: readonly InspectionRequest[]): InspectionRequest[][] {
  const size = Math.min(filesToAChild, Math.ceil(requests.length / children)) || 1
  const count = Math.ceil(requests.length / size)
  return Array.from({ length: count }, (_, i) => requests.slice(i * size, (i + 1) * size))
}

async function loadChunk(
  chunk: readonly InspectionRequest[],
  folder: LoadFolder,
  pauses: Pauses,
): Promise<LoadOutcome[]> {
  const together = await loadTogether(chunk, folder, pauses.together)
  if (together !== undefined) return together
  const outcomes: LoadOutcome[] = []
  for (const request of chunk) outcomes.push(await loadAlone(request, folder, pauses.alone))
  return outcomes
}

/** Loads all files in one process. Returns undefined if the process died or a file took too long. */
async function loadTogether(
  chunk: readonly InspectionRequest[],
  folder: LoadFolder,
  pause: number,
): Promise<LoadOutcome[] | undefined> {
  const loader = new Loader(folder)
  try {
    const outcomes: LoadOutcome[] = []
    for (const request of chunk) {
      const outcome = await loader.load(request)
      if (outcome.ended) return undefined
      outcomes.push({ ...outcome, notes: [] })
    }
    await loader.linger(pause)
    blame(loader.notes, outcomes)
    return loader.alive ? outcomes : undefined
  } finally {
    await loader.kill()
  }
}

async function loadAlone(
  request: InspectionRequest,
  folder: LoadFolder,
  pause: number,
): Promise<LoadOutcome> {
  const loader = new Loader(folder)
  try {
    const outcome = await loader.load(request)
    if (!outcome.ended) await loader.linger(pause)
    const ended = outcome.ended ?? (loader.alive ? undefined : 'exit')
    return { ...outcome, notes: loader.notes, ended }
  } finally {
    await loader.kill()
  }
}

/** Assigns each note to the file that its stack names. */
function blame(notes: readonly Note[], outcomes: readonly LoadOutcome[]): void {
  for (const note of notes) {
    const files = new Set(filesIn(note))
    outcomes.find(({ request }) => files.has(request.file))?.notes.push(note)
  }
}

const filesIn = (note: Note): string[] => {
  if (note.note === 'stuck') return note.frames.map(({ url }) => pathOf(url))
  return 'stack' in note ? locationsIn(note.stack).map(({ file }) => file) : []
}
