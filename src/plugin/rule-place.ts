/** Where in a rule a plugin runs. Sources and sinks have no `funcId`. */
export interface Place {
  ruleId: string
  opId: string
  instanceId: number
  funcId?: number
}
