import { noMetadata } from '../answer.js'
import { functionsIn, sinksIn, sourcesIn } from '../metadata.js'
import { jsonRoute, refused, type Route } from '../route.js'

type Described = ReturnType<typeof sourcesIn | typeof sinksIn>

const entriesOf = (all: Described) =>
  all.map(({ name, described: { about, type } }) => ({ name, about, type }))

const named = <T>(all: readonly { name: string; described: T }[], name: string) =>
  all.find(one => one.name === name)?.described ?? refused(noMetadata(name))

export const metadataRoutes: Route[] = [
  jsonRoute({
    path: '/metadata/sources',
    summary: 'The sources in the packages, with their descriptions',
    schema: 'MetadataEntries',
    query: { kind: '"lookup" for sources of lookup tables, which packages cannot contain' },
    find: ({ inventory, query }) =>
      query.get('kind')?.toLowerCase() === 'lookup' ? [] : entriesOf(sourcesIn(inventory.packages)),
  }),
  jsonRoute({
    path: '/metadata/sinks',
    summary: 'The sinks in the packages, with their descriptions',
    schema: 'MetadataEntries',
    find: ({ inventory }) => entriesOf(sinksIn(inventory.packages)),
  }),
  jsonRoute({
    path: '/metadata/functions',
    summary: 'The metadata of all functions in the packages',
    schema: 'FunctionMetadata',
    find: ({ inventory }) => functionsIn(inventory.packages),
  }),
  jsonRoute({
    path: '/metadata/sources/{name}',
    summary: 'The properties of a source, for a form',
    schema: 'SourceMetadata',
    refusals: [400],
    find: ({ inventory, name }) => named(sourcesIn(inventory.packages), name),
  }),
  jsonRoute({
    path: '/metadata/sinks/{name}',
    summary: 'The properties of a sink, for a form',
    schema: 'SinkMetadata',
    refusals: [400],
    find: ({ inventory, name }) => named(sinksIn(inventory.packages), name),
  }),
]
