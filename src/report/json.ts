import { printableJson } from './printable.js'

/** The output of `--json`. The folder `schema/` describes each format. */
export const asJson = (value: unknown): string => printableJson(`${JSON.stringify(value, undefined, 2)}\n`)
