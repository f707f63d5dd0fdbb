/** Bytes, but for the number of files. */
export interface Sizes {
  /** What is live, as one journal would hold it. */
  live: number
  /** All journals. */
  journals: number
  /** The number of journals before the current one. */
  older: number
  /** Journals below this size are never compacted. */
  compactAt: number
}

/** Journals are compacted when they reach this multiple of the live bytes, and sooner beyond `mostWaste`. */
const wasteFactor = 4
const mostWaste = 256 * 1024 * 1024
/** A compaction also merges the journals that many starts left. */
const mostFiles = 8
/** Calls wait for a running compaction when the journals have grown by this factor, or this many bytes, beyond its start. */
const fullFactor = 4
const mostGrowth = 128 * 1024 * 1024

/** The size from which a compaction pays. */
const enough = ({ live, compactAt }: Sizes): number =>
  Math.max(compactAt, live + Math.min((wasteFactor - 1) * live, live + mostWaste))

/** Whether a compaction is due. */
export const isWasteful = (sizes: Sizes): boolean =>
  sizes.journals > sizes.compactAt && (sizes.journals > enough(sizes) || sizes.older > mostFiles)

/** Whether changes have to wait for the compaction that is running. */
export function isFull(sizes: Sizes): boolean {
  const start = enough(sizes)
  return sizes.journals > Math.min(fullFactor * start, start + mostGrowth)
}
