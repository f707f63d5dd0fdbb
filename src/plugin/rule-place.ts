/** Where in a rule a plugin runs. Sources and sinks have no `funcId`. */
export interface RulePlace {
  ruleId: string
  opId: string
  instanceId: number
  funcId?: number
}
