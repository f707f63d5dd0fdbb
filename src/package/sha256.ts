import { createHash } from 'node:crypto'

/** The SHA-256 of bytes, as `sha256sum` prints it. */
export const sha256Of = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex')
