import type { Io } from '../io.js'
import { printable } from '../report/printable.js'

/** Writes one sentence to standard error. Names and messages in it may contain any characters. */
export const say = (io: Io, sentence: string): void => void io.stderr.write(`${printable(sentence)}\n`)
