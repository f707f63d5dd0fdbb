import { isShown } from '../engine/configurations.js'
import { fileOf, uploadsOf } from '../engine/uploads.js'
import { quoted } from '../errors/words.js'
import { compareVersions } from '../plugin/version.js'
import { groupBy } from '../plugin/group.js'
import type { EngineFacts } from './engine-facts.js'
import { type Check, when } from './finding.js'

/** The checks of an engine and its packages. */
export const engineChecks: readonly Check<EngineFacts>[] = [
  {
    name: 'engine-old',
    severity: 'error',
    look: ({ version }) =>
      when(!version.isAtLeast('2.0.0'), {
        subject: 'engine',
        message: `eKuiper ${version.text} reports no state of a package, and sinks with "requireAck" stop after some hundred rows. Nothing else was checked.`,
        remedy: 'Use eKuiper 2.0 or newer.',
      }),
  },
  {
    name: 'engine-panics',
    severity: 'warning',
    look: ({ version }) =>
      when(version.diesOfRefusedStarts, {
        subject: 'engine',
        message: `eKuiper ${version.text} panics if a plugin refuses a start after an update. The whole engine then crashes.`,
        remedy: 'Use eKuiper 2.1.1 or newer, and update packages with `kplug push` only.',
      }),
  },
  {
    name: 'package-failed',
    severity: 'error',
    look: ({ packages }) =>
      packages
        .filter(one => hasFailed(one) && !isSilent(one))
        .map(({ name, status, errMsg }) => ({
          subject: `package "${name}"`,
          message: `Its process does not run (${status}${errMsg === '' ? '' : `: ${errMsg}`}).`,
          remedy:
            'Read the log of the engine, then push a version that runs, or run `kplug push --rollback`.',
        })),
  },
  {
    name: 'node-missing',
    severity: 'error',
    look: ({ packages }) =>
      packages
        .filter(one => hasFailed(one) && isSilent(one))
        .map(({ name, errMsg }) => ({
          subject: `package "${name}"`,
          message: `Its process never responded (${errMsg}). The usual cause is that the PATH of the engine has no \`node\`.`,
          remedy:
            'Install Node.js 20.19 or newer there, or use `kplug pack --standalone`; then restart the engine.',
        })),
  },
  {
    name: 'symbol-twice',
    severity: 'error',
    look: ({ packages }) => {
      const owned = packages.flatMap(({ name: owner, plugins }) =>
        plugins.map(({ kind, name }) => ({ subject: `${kind} "${name}"`, owner })),
      )
      return [...groupBy(owned, ({ subject }) => subject)]
        .filter(([, owners]) => owners.length > 1)
        .map(([subject, owners]) => ({
          subject,
          message: `It is in the packages ${quoted(owners.map(({ owner }) => owner))}, and the engine may use any of them.`,
          remedy: 'Remove one of the packages, or rename one of the plugins.',
        }))
    },
  },
  {
    name: 'defaults-stale',
    severity: 'warning',
    look: ({ sources }) =>
      sources.flatMap(({ name, stored, packaged, isSet }) =>
        [...packaged]
          .filter(([key, value]) => !isSet && isShown(value) && key in stored && stored[key] !== value)
          .map(([key, value]) => ({
            subject: `source "${name}"`,
            message: `The engine uses ${JSON.stringify(stored[key])} as the default of "${key}", and the installed version has ${JSON.stringify(value)}.`,
            remedy:
              'Push the package again: `kplug push` stores its defaults. Then restart the rules of the source.',
          })),
      ),
  },
  {
    name: 'upload-missing',
    severity: 'warning',
    look: ({ packages, uploads }) =>
      packages
        .filter(({ from }) => from.includes('/uploads/') && !uploads.has(fileOf(from)))
        .map(({ name, from }) => ({
          subject: `package "${name}"`,
          message: `The upload that it was installed from no longer exists (${from}), so an export of the engine cannot be imported and no push can roll back.`,
          remedy: 'Push the package again with `kplug push --force`.',
        })),
  },
  {
    name: 'package-old',
    severity: 'warning',
    look: ({ packages, kplug }) =>
      packages
        .filter(({ kplug: madeBy, name, from }) =>
          madeBy === undefined ? uploadsOf(name, [from]).length > 0 : compareVersions(madeBy, kplug) < 0,
        )
        .map(({ name, kplug: madeBy }) => ({
          subject: `package "${name}"`,
          message: `It was made by ${madeBy === undefined ? 'an older kplug' : `kplug ${madeBy}`}, and this is kplug ${kplug}.`,
          remedy: 'Push the package again to get the fixes of its host.',
        })),
  },
]

const hasFailed = ({ status }: { status: string }): boolean => status === 'error' || status === 'stop'

/** 127 is a shell's exit code for a missing program. Later, the engine reports only a timeout. */
const isSilent = ({ errMsg }: { errMsg: string }): boolean => /exit status 127|receive time out/.test(errMsg)
