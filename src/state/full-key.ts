import type { RulePlace } from '../plugin/rule-place.js'

/** `rule/op/0/1/`, where no part can contain a slash: two places never share a key. */
export function keyPrefix({ ruleId, opId, instanceId, funcId }: RulePlace): string {
  const [rule, op] = [ruleId, opId].map(id => id.replaceAll('%', '%25').replaceAll('/', '%2F'))
  return `${rule}/${op}/${instanceId}/${funcId ?? ''}/`
}
