import type { RulePlace } from '../plugin/rule-place.js'

/** `rule/op/0/1/`, where no part can contain a slash: two places never share a key. */
export function keyPrefix({ ruleId, opId, instanceId, funcId }: RulePlace): string {
  const [rule, op] = [ruleId, opId].map(id => id.replaceAll('%', '%25').replaceAll('/', '%2F'))
  return `${rule}/${op}/${instanceId}/${funcId ?? ''}/`
}

/** The place and the key that a stored key stands for. Undefined if kplug did not make it. */
export function parseFullKey(full: string): { place: RulePlace; key: string } | undefined {
  const match = /^([^/]*)\/([^/]*)\/(\d+)\/(\d*)\/([^]*)$/.exec(full)
  if (!match) return undefined
  const [, rule = '', op = '', instance, func = '', key = ''] = match
  const [ruleId = '', opId = ''] = [rule, op].map(id => id.replaceAll('%2F', '/').replaceAll('%25', '%'))
  const place = { ruleId, opId, instanceId: Number(instance), ...(func !== '' && { funcId: Number(func) }) }
  return { place, key }
}
