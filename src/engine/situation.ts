import type { Engine } from './engine.js'
import { type InstalledPackage, listPackages, listUploads } from './portables.js'
import { isRunning, ruleStatus } from './rules.js'
import { readStored, type Stored } from './stored.js'
import { type Upload, uploadsOf } from './uploads.js'
import { rulesUsing, type UsingRule } from './usage.js'
import { type EngineVersion, supportedVersion } from './version.js'
import { sideBySide } from '../waiting/side-by-side.js'

/** The file that a package can be installed from again. */
interface WayBack {
  version: string
  /** A path on the engine's disk, or a URL. */
  path: string
  /** The file that was uploaded; undefined for a URL. */
  upload: Upload | undefined
}

/** The state of an engine before one of its packages is changed. */
export interface Situation {
  version: EngineVersion
  packages: InstalledPackage[]
  installed: InstalledPackage | undefined
  /** The uploads of the package, the newest first. */
  history: Upload[]
  /** The installed version can be installed again from here. */
  current: WayBack | undefined
  stored: Stored
}

export async function lookAt(engine: Engine, name: string): Promise<Situation> {
  const version = await supportedVersion(engine)
  const packages = await listPackages(engine)
  const history = uploadsOf(name, await listUploads(engine))
  const stored = await readStored(engine)
  const installed = packages.find(other => other.name === name)
  const current = installed && wayBackTo(installed, stored.installedFrom.get(name) ?? '', history)
  return { version, packages, installed, history, current, stored }
}

/** The engine remembers the file of each package. An upload may have been deleted. A URL may still be served. */
function wayBackTo(
  { version }: InstalledPackage,
  from: string,
  history: readonly Upload[],
): WayBack | undefined {
  if (/^https?:/.test(from)) return { version, path: from, upload: undefined }
  const upload = history.find(({ file }) => from.endsWith(`/${file}`))
  return upload && { version, path: upload.path, upload }
}

/** The file that a package is installed from now, as the engine remembers it. */
export async function installedFrom(engine: Engine, name: string): Promise<string> {
  return (await readStored(engine)).installedFrom.get(name) ?? ''
}

const statusesAtATime = 8

/** The running rules that use plugins of a package. */
export async function runningRulesOf(
  engine: Engine,
  installed: InstalledPackage,
  stored: Stored,
): Promise<UsingRule[]> {
  const using = rulesUsing(stored, installed.plugins)
  const running = await sideBySide(using, statusesAtATime, async ({ rule }) =>
    isRunning(await ruleStatus(engine, rule.id)),
  )
  return using.filter((_, i) => running[i])
}
