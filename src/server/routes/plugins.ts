import type { InstalledPlugin } from '../../plugin/installed.js'
import { folderOf, type Kind } from '../../plugin/kind.js'
import { findPlugin, type PluginId } from '../../plugin/plugin-id.js'
import { badRequest, notFound } from '../answer.js'
import { idAdvice } from '../id.js'
import type { Inventory } from '../inventory.js'
import { jsonRoute, refused, type Route } from '../route.js'

const pluginsOf = ({ plugins }: Inventory, kind: Kind) => plugins.filter(plugin => plugin.kind === kind)

/** The response for a plugin, or a refusal if there is none of that name. */
function found<T>(
  { plugins }: Inventory,
  id: PluginId,
  called: string,
  show: (plugin: InstalledPlugin) => T,
) {
  const advice = idAdvice(id.name)
  if (advice !== undefined) return refused(badRequest(advice))
  const plugin = findPlugin(plugins, id)
  return plugin ? show(plugin) : refused(notFound(`${called} ${id.name}`))
}

export function pluginRoutes(kind: Kind): Route[] {
  const folder = folderOf(kind)
  return [
    jsonRoute({
      path: `/plugins/${folder}`,
      summary: `The names of the ${folder}`,
      schema: 'Names',
      find: ({ inventory }) => pluginsOf(inventory, kind).map(({ name }) => name),
    }),
    jsonRoute({
      path: `/plugins/${folder}/{name}`,
      summary: `The version of a ${kind} that is in effect`,
      schema: 'Plugin',
      refusals: [400, 404],
      find: ({ inventory, name }) =>
        found(inventory, { kind, name }, `${folder} plugin`, ({ versions }) => ({
          name,
          version: versions[0].version ?? '',
        })),
    }),
  ]
}

/** One function for each function plugin, with the name of the plugin. */
export const udfRoutes: Route[] = [
  jsonRoute({
    path: '/plugins/udfs',
    summary: 'The names that SQL can call',
    schema: 'Names',
    find: ({ inventory }) => pluginsOf(inventory, 'function').map(({ name }) => name),
  }),
  jsonRoute({
    path: '/plugins/udfs/{name}',
    summary: 'The plugin that contains a function',
    schema: 'Udf',
    refusals: [400, 404],
    find: ({ inventory, name }) =>
      found(inventory, { kind: 'function', name }, 'function', () => ({ name, plugin: name })),
  }),
]
