// Properties that the engine passes to a plugin along with the author's own. Read from the source of eKuiper 2.4,
// https://github.com/lf-edge/ekuiper: each group names its file.

import type { Kind } from '../plugin/kind.js'

/**
 * In every source's properties: internal/topo/node/conf/source.go, GetSourceConf. Options that the stream does not set
 * are ''.
 */
const streamOptions = [
  'format',
  'key',
  'datasource',
  'schemaId',
  'delimiter',
  'retainSize',
  'strictValidation',
  'timestamp',
  'timestampFormat',
]

const sourceKeys = [
  ...streamOptions,
  // internal/topo/planner/planner_source.go, SourcePropsForSplit: with `interval`, the engine itself drops rows.
  'interval',
  'decompression',
  'connectionSelector',
  'payloadFormat',
  'mergeField',
  'merger',
  // Set in the same file after the source has received its properties, which are not copied.
  'colAliasMapping',
  'payloadSchemaId',
  'payloadDelimiter',
  'payloadBatchField',
  'payloadField',
  // internal/topo/node/decode_op.go
  'sendInterval',
]

const sinkKeys = [
  // internal/plugin/portable/runtime/sink.go
  'requireAck',
  // internal/topo/node/props.go, SinkConf and ParseConf
  'concurrency',
  'omitIfEmpty',
  'sendSingle',
  'dataTemplate',
  'format',
  'schemaId',
  'delimiter',
  'bufferLength',
  'fields',
  'excludeFields',
  'dataField',
  'tableDataField',
  'batchSize',
  'lingerInterval',
  'compression',
  'compressionProps',
  'encryption',
  'encProps',
  'hasHeader',
  // pkg/model/conf.go, SinkConf
  'memoryCacheThreshold',
  'maxDiskCache',
  'bufferPageSize',
  'enableCache',
  'resendInterval',
  'cleanCacheAtStop',
  'resendAlterQueue',
  'resendPriority',
  'resendIndicatorField',
  'resendDestination',
  // internal/topo/node/conf/sink.go
  'resourceId',
  'connectionSelector',
  // Version 1 of the engine, where rules still contain it.
  'runAsync',
]

const engineKeys: Record<Kind, ReadonlySet<string>> = {
  source: new Set(sourceKeys),
  sink: new Set(sinkKeys),
  function: new Set(),
}

/** Whether the engine adds this key for itself. */
export function isEngineKey(kind: Kind, key: string): boolean {
  return engineKeys[kind].has(key)
}

/** Whether this is an option that the stream does not set. The engine then passes an empty string. */
export function isUnsetOption(kind: Kind, key: string, value: unknown): boolean {
  return kind === 'source' && value === '' && streamOptions.includes(key)
}
