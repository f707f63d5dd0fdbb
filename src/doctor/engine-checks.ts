import { compareVersions } from '../plugin/version.js'
import { groupBy } from '../plugin/group.js'
import type { EngineFacts } from './engine-facts.js'
import type { Check } from './finding.js'

/** The checks of an engine and its packages. */
export const engineChecks: readonly Check<EngineFacts>[] = [
  {
    name: 'engine-old',
    look: ({ version }) =>
      version.isAtLeast('2.0.0')
        ? []
        : [
            {
              severity: 'error',
              subject: 'engine',
              message: `eKuiper ${version.text} reports no state of a package, and sinks with "requireAck" stop after some hundred rows. Nothing else was checked.`,
              remedy: 'Use eKuiper 2.0 or newer.',
            },
          ],
  },
  {
    name: 'engine-panics',
    look: ({ version }) =>
      version.diesOfRefusedStarts
        ? [
            {
              severity: 'warning',
              subject: 'engine',
              message: `eKuiper ${version.text} panics if a plugin refuses a start after an update. The whole engine then crashes.`,
              remedy: 'Use eKuiper 2.1.1 or newer, and update packages with `kplug push` only.',
            },
          ]
        : [],
  },
  {
    name: 'package-failed',
    look: ({ packages }) =>
      packages
        .filter(hasFailed)
        .filter(one => !isSilent(one))
        .map(({ name, status, errMsg }) => ({
          severity: 'error',
          subject: `package "${name}"`,
          message: `Its process does not run (${status}${errMsg === '' ? '' : `: ${errMsg}`}).`,
          remedy:
            'Read the log of the engine, then push a version that runs, or run `kplug push --rollback`.',
        })),
  },
  {
    name: 'node-missing',
    look: ({ packages }) =>
      packages
        .filter(hasFailed)
        .filter(isSilent)
        .map(({ name, errMsg }) => ({
          severity: 'error',
          subject: `package "${name}"`,
          message: `Its process never responded (${errMsg}). The usual cause is that the PATH of the engine has no \`node\`.`,
          remedy:
            'Install Node.js 20.19 or newer there, or use `kplug pack --standalone`; then restart the engine.',
        })),
  },
  {
    name: 'symbol-twice',
    look: ({ packages }) => {
      const owned = packages.flatMap(({ name: owner, plugins }) =>
        plugins.map(({ kind, name }) => ({ subject: `${kind} "${name}"`, owner })),
      )
      return [...groupBy(owned, ({ subject }) => subject)]
        .filter(([, owners]) => owners.length > 1)
        .map(([subject, owners]) => ({
          severity: 'error',
          subject,
          message: `It is in the packages ${owners.map(({ owner }) => `"${owner}"`).join(', ')}, and the engine may use any of them.`,
          remedy: 'Remove one of the packages, or rename one of the plugins.',
        }))
    },
  },
  {
    name: 'defaults-stale',
    look: ({ sources }) =>
      sources.flatMap(({ name, stored, packaged, isSet }) =>
        [...packaged]
          .filter(([key, value]) => !isSet && isComparable(value) && key in stored && stored[key] !== value)
          .map(([key, value]) => ({
            severity: 'warning',
            subject: `source "${name}"`,
            message: `The engine uses ${JSON.stringify(stored[key])} as the default of "${key}", and the installed version has ${JSON.stringify(value)}.`,
            remedy:
              'Push the package again: `kplug push` stores its defaults. Then restart the rules of the source.',
          })),
      ),
  },
  {
    name: 'upload-missing',
    look: ({ packages, uploads }) =>
      packages
        .filter(
          ({ from }) => from.includes('/uploads/') && !uploads.has(from.slice(from.lastIndexOf('/') + 1)),
        )
        .map(({ name, from }) => ({
          severity: 'warning',
          subject: `package "${name}"`,
          message: `The upload that it was installed from no longer exists (${from}), so an export of the engine cannot be imported and no push can roll back.`,
          remedy: 'Push the package again with `kplug push --force`.',
        })),
  },
  {
    name: 'package-old',
    look: ({ packages, kplug }) =>
      packages.flatMap(({ name, kplug: madeBy, from }) => {
        const isOlder = madeBy === undefined ? isUpload(from) : compareVersions(madeBy, kplug) < 0
        if (!isOlder) return []
        return [
          {
            severity: 'warning',
            subject: `package "${name}"`,
            message: `It was made by ${madeBy === undefined ? 'an older kplug' : `kplug ${madeBy}`}, and this is kplug ${kplug}.`,
            remedy: 'Push the package again to get the fixes of its host.',
          },
        ]
      }),
  },
]

const hasFailed = ({ status }: { status: string }): boolean => status === 'error' || status === 'stop'

/** 127 is a shell's exit code for a missing program. Later, the engine reports only a timeout. */
const isSilent = ({ errMsg }: { errMsg: string }): boolean => /exit status 127|receive time out/.test(errMsg)

/** A form shows neither lists nor objects. */
const isComparable = (value: unknown): boolean =>
  value !== '' && ['string', 'number', 'boolean'].includes(typeof value)

/** Only kplug names uploads like this. */
const isUpload = (from: string): boolean => /@\d{4,}-.+-[0-9a-f]{8}\.zip$/.test(from)
