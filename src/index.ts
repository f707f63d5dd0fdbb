export type {
  Context,
  Func,
  FunctionContext,
  Logger,
  Sink,
  SinkContext,
  Source,
  SourceContext,
} from './runtime/contract.js'
export type { Row } from './data/row.js'
export type { About } from './plugin/about.js'
export type { State } from './state/store.js'
export type { InferConfig } from './runtime/config/schema.js'
export { bytes } from './data/bytes.js'
export { registerType, type TypeCodec } from './state/types.js'
