import { damagedAt, HEADER_SIZE, KIND, type Record, readHeader, readRecord } from './record.js'

/** What a journal holds: the entries it leaves, and where its sound part ends. */
export interface Scan {
  salt: number
  live: Live
  end: number
}

/** A counter, or a value's bytes with one character for each: a text needs 16 bytes besides, a Buffer 200. */
export type Live = Map<string, number | string>

const SECTOR = 512

/**
 * Reads a whole journal. A tail that was being written when the process or the power failed is left out: `end` is
 * then less than the length. Damage anywhere else throws, with what follows the file's name in a sentence.
 */
export function scan(bytes: Buffer): Scan {
  const header = readHeader(bytes)
  if ('refusal' in header) throw new Error(header.refusal)
  const { salt } = header
  const live: Live = new Map()
  let end = HEADER_SIZE
  for (let record = readRecord(bytes, end, salt); record; record = readRecord(bytes, end, salt)) {
    apply(record, live)
    end = record.end
  }
  if (end < bytes.length && !isUnfinished(bytes, end, salt)) throw new Error(damagedAt(end))
  return { salt, live, end }
}

function apply({ kind, key, body }: Record, live: Live): void {
  if (kind === KIND.COUNTER) live.set(key, body.readDoubleLE())
  else if (kind === KIND.VALUE) live.set(key, body.toString('latin1'))
  else if (kind === KIND.DELETE) live.delete(key)
}

/**
 * Whether the bytes from `offset` on are a write that did not finish, rather than damage to what was whole. Nothing
 * sound follows an unfinished write, with one exception: when the power fails, later sectors of what was not yet
 * synced may be on disk while an earlier one reads as zeros.
 */
function isUnfinished(bytes: Buffer, offset: number, salt: number): boolean {
  const next = findRecord(bytes, offset + 1, salt)
  if (!next) return true
  return hasZeroSector(bytes, offset, next.start) && !wasSynced(bytes, offset, next.start, salt)
}

function findRecord(
  bytes: Buffer,
  from: number,
  salt: number,
): { start: number; record: Record } | undefined {
  for (let start = bytes.indexOf('kp', from); start >= 0; start = bytes.indexOf('kp', start + 1)) {
    const record = readRecord(bytes, start, salt)
    if (record) return { start, record }
  }
  return undefined
}

function hasZeroSector(bytes: Buffer, start: number, end: number): boolean {
  for (let sector = Math.ceil(start / SECTOR) * SECTOR; sector + SECTOR <= end; sector += SECTOR) {
    if (bytes.subarray(sector, sector + SECTOR).every(byte => byte === 0)) return true
  }
  return false
}

/** Whether a later record says that the byte at `offset` had reached the disk. */
function wasSynced(bytes: Buffer, offset: number, from: number, salt: number): boolean {
  for (let found = findRecord(bytes, from, salt); found; found = findRecord(bytes, found.record.end, salt)) {
    const { kind, body } = found.record
    if (kind === KIND.SYNCED && body.readDoubleLE() > offset) return true
  }
  return false
}
