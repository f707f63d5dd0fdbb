import type { RulePlace } from '../plugin/rule-place.js'
import { parseProps } from './config/props.js'
import type { Logger } from './contract.js'
import type { Host } from './host.js'
import type { Plugin } from './plugin.js'

/** A plugin in one place of a rule, and the host that runs it there. */
export interface Placement {
  plugin: Plugin
  place: RulePlace
  host: Host
}

/** The properties as the plugin's `config` parses them. What it ignores is logged. */
export async function propsFor(
  { plugin, host }: Placement,
  given: Record<string, unknown>,
  logger: Logger,
): Promise<Record<string, unknown>> {
  const { value, warnings } = await parseProps(plugin.config, given, plugin.kind, host.env)
  for (const warning of warnings) logger.warn(warning)
  return value
}
