import { kinds } from '../plugin/kind.js'
import type { RemotePlugin, RuleUse } from '../plugin/remote-plugin.js'
import { groupBy } from '../plugin/group.js'
import { keyOfPlugin } from '../plugin/plugin-id.js'
import { sideBySide } from '../waiting/side-by-side.js'
import type { Engine } from './engine.js'
import { listPackages, packageStatus } from './portables.js'
import { dropsRows, lastExceptionOf, type RuleStatus, ruleStatus, total } from './rules.js'
import { readStored, type Stored } from './stored.js'
import { isNodeOf, type Use, usesOf } from './usage.js'
import { supportedVersion } from './version.js'

const requestsAtATime = 8

/** The plugins of all packages of an engine, by kind and name. */
export async function listRemotePlugins(engine: Engine): Promise<RemotePlugin[]> {
  await supportedVersion(engine)
  const packages = await listPackages(engine)
  const uses = await usesByPlugin(engine, await readStored(engine))
  const perPackage = await sideBySide(packages, requestsAtATime, async installed => {
    const { status, errMsg } = await packageStatus(engine, installed.name)
    const common = { package: installed.name, version: installed.version, state: status, message: errMsg }
    return installed.plugins.map(plugin => ({
      ...plugin,
      ...common,
      uses: uses.get(keyOfPlugin(plugin))?.map(({ use }) => use) ?? [],
    }))
  })
  return perPackage
    .flat()
    .sort((a, b) => kinds.indexOf(a.kind) - kinds.indexOf(b.kind) || (a.name < b.name ? -1 : 1))
}

async function usesByPlugin(engine: Engine, { rules, streams }: Stored) {
  const perRule = await sideBySide(rules, requestsAtATime, async rule => {
    const status = await ruleStatus(engine, rule.id)
    return usesOf(rule, streams).map(used => ({
      key: keyOfPlugin(used),
      use: ruleUse(rule.id, status, used),
    }))
  })
  return groupBy(perRule.flat(), ({ key }) => key)
}

function ruleUse(rule: string, { status, nodes }: RuleStatus, used: Use): RuleUse {
  const own = nodes.filter(({ node }) => isNodeOf(node, used))
  const entering = used.kind === 'function' ? nodes.filter(({ node }) => node.startsWith('source_')) : own
  return {
    rule,
    state: status,
    rows: total(entering, used.kind === 'sink' ? 'recordsIn' : 'recordsOut'),
    exceptions: total(own, 'exceptions'),
    drops: total(own.filter(dropsRows), 'exceptions'),
    lastException: lastExceptionOf(own),
  }
}
