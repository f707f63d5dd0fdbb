import type { Kind } from '../../plugin/kind.js'
import type { About } from '../contract.js'

/** A built file to be loaded. */
export interface InspectionRequest {
  file: string
  kind: Kind
  symbol: string
}

/** What a built file says of itself, or why it cannot be loaded. */
export interface Inspected {
  file: string
  about?: About | undefined
  /** The JSON Schema of its properties. */
  config?: object | undefined
  hasConfig?: boolean
  failure?: string
  stack?: string | undefined
}
