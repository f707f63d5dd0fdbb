import type { Kind } from '../plugin/kind.js'
import { declarationOf } from '../runtime/define.js'
import { type Plugin, schemaFrom } from '../runtime/plugin.js'

/**
 * A constructor of a plugin, or an instance: what its file exports under the symbol.
 *
 * @example
 * const asClass: Exported<Func> = WordCount
 * const asFunction: Exported<Func> = () => new WordCount()
 * const asInstance: Exported<Func> = new WordCount()
 */
export type Exported<T> = T | (new () => T) | (() => T | Promise<T>)

/** The plugin that a test exports. */
export const pluginOf = (kind: Kind, exported: unknown, config: unknown): Plugin => ({
  kind,
  name: 'test',
  exported,
  config: schemaFrom(config ?? declarationOf({ Test: exported }, 'Test').config, kind, 'Test'),
})
