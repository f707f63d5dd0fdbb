import type { SemVer } from 'semver'
import coerce from 'semver/functions/coerce.js'
import gte from 'semver/functions/gte.js'
import satisfies from 'semver/functions/satisfies.js'
import { panicking } from '../ekuiper/versions.js'
import { UsageError } from '../errors/usage-error.js'
import { objectOf, textOf } from '../data/lenient.js'
import type { Engine } from './engine.js'

/** The version of a running eKuiper. */
export class EngineVersion {
  readonly text: string
  readonly #release: SemVer | null

  constructor(text: string) {
    this.text = text
    // A custom build may report a commit or nothing. It counts as the newest.
    this.#release = /^v?\d+\.\d+/.test(text) ? coerce(text) : null
  }

  /** Whether it is this release or a newer one. The prereleases of a release count as the release. */
  isAtLeast(release: string): boolean {
    return this.#release === null || gte(this.#release, release)
  }

  /** Whether the whole engine crashes when a plugin refuses a start that is replayed after an update. */
  get diesOfRefusedStarts(): boolean {
    return satisfies(this.text, panicking, { includePrerelease: true })
  }
}

/** Reads the version of an engine. Throws if the server is not an engine. */
export async function engineVersion(engine: Engine): Promise<EngineVersion> {
  return new EngineVersion(textOf(objectOf(await engine.json('GET', '/'))['version']))
}

/** Reads the version. Throws if kplug cannot update and watch packages in it. */
export async function supportedVersion(engine: Engine): Promise<EngineVersion> {
  const version = await engineVersion(engine)
  if (version.isAtLeast('2.0.0')) return version
  throw new UsageError(
    `Cannot manage packages in ${engine.url.href}: eKuiper ${version.text} does not report the state of a package; use eKuiper 2.0 or newer, or install the zip of "kplug pack" with POST /plugins/portables`,
  )
}
