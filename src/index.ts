export type {
  Context,
  Func,
  FunctionContext,
  Logger,
  Rows,
  Sink,
  SinkContext,
  Source,
  SourceContext,
} from './runtime/contract.js'
export type { Row } from './data/row.js'
export type { About, Text } from './plugin/about.js'
export type { State } from './state/store.js'
export { type StateKey, stateKey } from './state/state-key.js'
export type { InferConfig } from './runtime/config/schema.js'
export { type RowWithMeta, withMeta } from './data/with-meta.js'
export { type Defined, defineFunction, defineSink, defineSource } from './runtime/define.js'
export { bytes } from './data/bytes.js'
export { registerType, type TypeCodec } from './state/types.js'
