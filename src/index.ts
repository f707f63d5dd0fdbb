export type {
  About,
  Context,
  Func,
  FunctionContext,
  Logger,
  Row,
  Sink,
  SinkContext,
  Source,
  SourceContext,
  State,
} from './runtime/contract.js'
export type { InferConfig } from './runtime/config/schema.js'
export { bytes } from './runtime/data/bytes.js'
export { registerType, type TypeCodec } from './runtime/state/types.js'
