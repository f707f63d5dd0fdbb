import { printableJson } from './printable.js'

/** What `--json` prints. The folder `schema/` describes each form. */
export const asJson = (value: unknown): string => printableJson(`${JSON.stringify(value, undefined, 2)}\n`)
