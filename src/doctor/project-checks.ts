import { oldestNode } from '../project/oldest-node.js'
import { compareVersions } from '../plugin/version.js'
import type { Check, Found } from './finding.js'
import type { ProjectFacts } from './project-facts.js'

const oldestTypescript = '5.0.0'

const isOlder = (version: string, than: string): boolean => compareVersions(version, than) < 0

const one = (wrong: boolean, found: Omit<Found, 'subject'>): Found[] =>
  wrong ? [{ subject: 'project', ...found }] : []

/** The checks of a project that need no build. */
export const projectChecks: readonly Check<ProjectFacts>[] = [
  {
    name: 'node-old',
    look: ({ node }) =>
      one(isOlder(node, oldestNode), {
        severity: 'error',
        message: `Node.js is ${node}, and kplug requires ${oldestNode}.`,
        remedy: 'Install a newer Node.js.',
      }),
  },
  {
    name: 'typescript-missing',
    look: ({ typescript }) =>
      one(typescript === undefined, {
        severity: 'error',
        message: 'The project has no TypeScript, so nothing is type-checked.',
        remedy: 'Run `npm install --save-dev typescript`.',
      }),
  },
  {
    name: 'typescript-old',
    look: ({ typescript }) =>
      one(typescript !== undefined && isOlder(typescript, oldestTypescript), {
        severity: 'error',
        message: `TypeScript is ${typescript}, and kplug requires ${oldestTypescript}.`,
        remedy: 'Run `npm install --save-dev typescript@latest`.',
      }),
  },
  {
    name: 'kplug-missing',
    look: ({ installedKplug }) =>
      one(installedKplug === undefined, {
        severity: 'error',
        message: 'The project does not have kplug installed, so its types cannot be found.',
        remedy: 'Run `npm install --save-dev kplug`.',
      }),
  },
  {
    name: 'kplug-differs',
    look: ({ kplug, installedKplug }) =>
      one(installedKplug !== undefined && installedKplug !== kplug, {
        severity: 'warning',
        message: `The project has kplug ${installedKplug} installed, and kplug ${kplug} is running.`,
        remedy: 'Run `npx kplug`, which uses the version of the project.',
      }),
  },
  {
    name: 'plugin-stale',
    look: ({ stale }) =>
      stale.map(file => ({
        severity: 'warning',
        subject: file,
        message: 'The plugin is newer than its built file, or was never built.',
        remedy: 'Run `kplug build`.',
      })),
  },
]
