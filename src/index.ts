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
