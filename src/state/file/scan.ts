import { damagedAt, type Header } from './header.js'
import { keep, type Live } from './live.js'
import type { Pieces } from './pieces.js'
import { type Format, type Record, readBody, readHead, readRecord, recordKind } from './record.js'

const sectorSize = 512

/**
 * Applies the records of a journal to `live`, and returns where the sound part ends. A tail whose write was interrupted
 * by a crash or a power failure is left out. Damage anywhere else throws.
 */
export function scan(pieces: Pieces, header: Header, live: Live): number {
  let end = header.size
  for (let record = readRecord(pieces, end, header); record; record = readRecord(pieces, end, header)) {
    apply(record, live)
    end = record.end
  }
  if (end < pieces.size && !isUnfinished(pieces, end, header)) throw new Error(damagedAt(end))
  return end
}

function apply({ kind, key, body }: Record, live: Live): void {
  if (kind === recordKind.counter) live.set(key, body.readDoubleLE())
  else if (kind === recordKind.value) live.set(key, keep(body))
  else if (kind === recordKind.delete) live.delete(key)
}

/**
 * Whether the bytes from `offset` on are an interrupted write, rather than damage. No sound record follows an
 * interrupted write, with one exception: after a power failure, later sectors of what was not yet synced may be on the
 * disk while an earlier one reads as zeros.
 */
function isUnfinished(pieces: Pieces, offset: number, format: Format): boolean {
  const next = findRecord(pieces, offset + 1, format)
  if (!next) return true
  return hasZeroSector(pieces, offset, next.start) && !wasSynced(pieces, offset, next.start, format)
}

interface Found {
  start: number
  /** The offset in a record of kind `synced`. */
  synced: number
  end: number
}

function findRecord(pieces: Pieces, from: number, format: Format): Found | undefined {
  // Format 1 cannot reject a false record by its head. The limit keeps the search linear there.
  let budget = 16 * pieces.size
  for (let start = pieces.find('kp', from); start >= 0; start = pieces.find('kp', start + 1)) {
    const head = readHead(pieces, start, format)
    if (!head) continue
    budget -= head.end - start
    if (budget < 0) return undefined
    const record = readBody(pieces, start, head, format)
    if (!record) continue
    const { kind, body, end } = record
    return { start, end, synced: kind === recordKind.synced ? body.readDoubleLE() : 0 }
  }
  return undefined
}

function hasZeroSector(pieces: Pieces, start: number, end: number): boolean {
  for (
    let sector = Math.ceil(start / sectorSize) * sectorSize;
    sector + sectorSize <= end;
    sector += sectorSize
  ) {
    const at = pieces.load(sector, sectorSize)
    if (pieces.bytes.subarray(at, at + sectorSize).every(byte => byte === 0)) return true
  }
  return false
}

/** Whether a later record says that the byte at `offset` had reached the disk. */
function wasSynced(pieces: Pieces, offset: number, from: number, format: Format): boolean {
  for (let found = findRecord(pieces, from, format); found; found = findRecord(pieces, found.end, format)) {
    if (found.synced > offset) return true
  }
  return false
}
