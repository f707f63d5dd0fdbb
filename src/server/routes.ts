import { kinds } from '../plugin/kind.js'
import type { Route } from './route.js'
import { documentRoute } from './routes/document.js'
import { metadataRoutes } from './routes/metadata.js'
import { packageRoutes } from './routes/packages.js'
import { pluginRoutes, udfRoutes } from './routes/plugins.js'
import { rootRoute } from './routes/root.js'

const described: readonly Route[] = [
  rootRoute,
  ...kinds.flatMap(pluginRoutes),
  ...udfRoutes,
  ...packageRoutes,
  ...metadataRoutes,
]

/** All routes. */
export const routes: readonly Route[] = [...described, documentRoute(described)]
