import type { PackedPackage } from '../../package/packages-folder.js'
import { notFound } from '../answer.js'
import { jsonRoute, refused, type Route } from '../route.js'

const portableOf = ({ name, manifest: { version, language, executable, names } }: PackedPackage) => ({
  name,
  version,
  language,
  executable,
  sources: names.source,
  sinks: names.sink,
  functions: names.function,
})

export const packageRoutes: Route[] = [
  jsonRoute({
    path: '/plugins/portables',
    summary: 'The packages in dist, with their newest versions',
    schema: 'Portables',
    find: ({ inventory }) => inventory.packages.map(portableOf),
  }),
  jsonRoute({
    path: '/plugins/portables/{name}',
    summary: 'The newest version of a package in dist',
    schema: 'Portable',
    refusals: [404],
    find({ inventory, name }) {
      const found = inventory.packages.find(one => one.name === name)
      return found ? portableOf(found) : refused(notFound(`portable plugin ${name}`))
    },
  }),
  {
    path: '/packages/{name}.zip',
    summary: 'The zip that an engine installs',
    content: { 'application/zip': { type: 'string', format: 'binary' } },
    refusals: [404],
    steady: true,
    answer({ inventory, name }) {
      const found = inventory.packages.find(one => one.name === name)
      return found ? { package: found } : notFound(`package ${name}`)
    },
  },
]
