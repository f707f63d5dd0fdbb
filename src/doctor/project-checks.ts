import { installCommand } from '../project/listed-packages.js'
import { oldestNode } from '../project/oldest-node.js'
import { compareVersions } from '../plugin/version.js'
import { type Check, when } from './finding.js'
import type { ProjectFacts } from './project-facts.js'

const oldestTypescript = '5.0.0'

const isOlder = (version: string, than: string): boolean => compareVersions(version, than) < 0

const subject = 'project'

const installing = (name: string, listed: ReadonlySet<string>): string =>
  `Run \`${installCommand(listed, name, '--save-dev')}\`.`

/** The checks of a project that need no build. */
export const projectChecks: readonly Check<ProjectFacts>[] = [
  {
    name: 'node-old',
    severity: 'error',
    look: ({ node }) =>
      when(isOlder(node, oldestNode), {
        subject,
        message: `Node.js is ${node}, and kplug requires ${oldestNode}.`,
        remedy: 'Install a newer Node.js.',
      }),
  },
  {
    name: 'typescript-missing',
    severity: 'warning',
    look: ({ typescript, listed }) =>
      when(typescript === undefined, {
        subject,
        message:
          'The project has no TypeScript installed: kplug checks types with its own, and editors have none.',
        remedy: installing('typescript', listed),
      }),
  },
  {
    name: 'typescript-old',
    severity: 'error',
    look: ({ typescript }) =>
      when(typescript !== undefined && isOlder(typescript, oldestTypescript), {
        subject,
        message: `TypeScript is ${typescript}, and kplug requires ${oldestTypescript}.`,
        remedy: 'Run `npm install --save-dev typescript@latest`.',
      }),
  },
  {
    name: 'kplug-missing',
    severity: 'warning',
    look: ({ installedKplug, listed }) =>
      when(installedKplug === undefined, {
        subject,
        message: 'The project does not have kplug installed: tests and editors cannot import it.',
        remedy: installing('kplug', listed),
      }),
  },
  {
    name: 'kplug-differs',
    severity: 'warning',
    look: ({ kplug, installedKplug }) =>
      when(installedKplug !== undefined && installedKplug !== kplug, {
        subject,
        message: `The project has kplug ${installedKplug} installed, and kplug ${kplug} is running.`,
        remedy: 'Run `npx kplug`, which uses the version of the project.',
      }),
  },
  {
    name: 'plugin-stale',
    severity: 'warning',
    look: ({ stale }) =>
      stale.map(file => ({
        subject: file,
        message: 'The plugin is newer than its built file, or was never built.',
        remedy: 'Run `kplug build`.',
      })),
  },
]
