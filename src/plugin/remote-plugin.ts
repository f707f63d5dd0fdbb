import type { PluginId } from './plugin-id.js'

/** A plugin's counters in one rule. */
export interface RuleUse {
  rule: string
  /** `running`, `stopped`, `stopped by error`… */
  state: string
  /** Rows from a source or to a sink. For a function, the rows that entered the rule. */
  rows: number
  exceptions: number
  /** Rows that the engine discarded because the next node was slower. They also count as exceptions. */
  drops: number
  lastException: string
}

/** A plugin of a package that is installed in an engine. */
export interface RemotePlugin extends PluginId {
  package: string
  /** The package's version. */
  version: string
  /** The state of the package's process: `running`, `initializing`, `error`, `stop`. */
  state: string
  /** Why the process does not run; empty if it runs. */
  message: string
  uses: readonly RuleUse[]
}
