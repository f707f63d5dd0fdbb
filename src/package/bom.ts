import { kplugVersion } from '../project/installation.js'
import { groupBy } from '../plugin/group.js'
import type { PackageEntry } from './entries.js'
import type { NpmPackage } from './npm-package.js'
import type { Carried } from './standalone.js'
import { sha256Of } from './sha256.js'

/** An npm package in a package for eKuiper. */
export interface Part extends NpmPackage {
  /** The file that it is bundled into, or its own folder. */
  place: string
}

/** The contents of a package for eKuiper. */
interface Contents {
  identity: { name: string; version: string }
  parts: readonly Part[]
  program: Carried | undefined
}

/**
 * Lists the contents of a package in the format CycloneDX. The list has no time stamp and no serial number, since the
 * same sources must give the same bytes.
 */
export function bomEntry({ identity, parts, program }: Contents): PackageEntry {
  const bom = {
    $schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json',
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    version: 1,
    metadata: {
      tools: { components: [{ type: 'application', name: 'kplug', version: kplugVersion() }] },
      component: { type: 'application', 'bom-ref': `${identity.name}@${identity.version}`, ...identity },
    },
    components: [
      ...[...groupBy(parts, purlOf)].sort(byKey).map(([purl, places]) => library(purl, places)),
      ...(program === undefined ? [] : [platform(program)]),
    ],
  }
  return { path: 'lib/bom.cdx.json', content: Buffer.from(`${JSON.stringify(bom)}\n`) }
}

const byKey = ([a]: [string, unknown], [b]: [string, unknown]): number => (a < b ? -1 : 1)

/** See https://github.com/package-url/purl-spec. */
const purlOf = ({ name, version }: NpmPackage): string =>
  `pkg:npm/${name.replace('@', '%40')}@${encodeURIComponent(version)}`

function library(purl: string, parts: readonly [Part, ...Part[]]) {
  const [{ name, version, license, integrity }] = parts
  const [scope, bare] = name.startsWith('@') ? name.split('/') : [undefined, name]
  return {
    type: 'library',
    'bom-ref': purl,
    group: scope,
    name: bare,
    version,
    purl,
    licenses: license === undefined ? undefined : [licenseOf(license)],
    hashes: hashesOf(integrity),
    evidence: {
      occurrences: parts
        .map(({ place }) => place)
        .toSorted()
        .map(location => ({ location })),
    },
  }
}

const spdx = /^\(*[\w.+-]+\)*(?: (?:AND|OR|WITH) \(*[\w.+-]+\)*)*$/

/** npm also allows `UNLICENSED` and `SEE LICENSE IN …`, which SPDX does not know. */
const licenseOf = (license: string) =>
  spdx.test(license) && license !== 'UNLICENSED' ? { expression: license } : { license: { name: license } }

const algorithms: Record<string, string> = {
  sha1: 'SHA-1',
  sha256: 'SHA-256',
  sha384: 'SHA-384',
  sha512: 'SHA-512',
}

/** The checksum of npm is that of the archive which the registry serves. */
function hashesOf(integrity: string | undefined) {
  const [, algorithm = '', content = ''] = /^(\w+)-([\w+/=]+)/.exec(integrity ?? '') ?? []
  const alg = algorithms[algorithm]
  return alg === undefined ? undefined : [{ alg, content: Buffer.from(content, 'base64').toString('hex') }]
}

const platform = ({ runtime, version, program }: Carried) => ({
  type: 'platform',
  'bom-ref': runtime,
  name: runtime,
  version,
  hashes: [{ alg: 'SHA-256', content: sha256Of(program) }],
})
