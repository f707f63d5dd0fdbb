import { printable } from './printable.js'

/** A line for each file that was created or changed. */
export const filesAsText = (made: readonly string[], changed: readonly string[]): string =>
  [...made.map(file => `Made ${file}`), ...changed.map(file => `Changed ${file}`)]
    .map(line => `${printable(line)}\n`)
    .join('')
