import type { Io } from '../io.js'
import { printable } from '../report/printable.js'

/** One sentence on standard error, whatever the names and messages in it hold. */
export const say = (io: Io, sentence: string): void => void io.stderr.write(`${printable(sentence)}\n`)
