import { withRemedy } from '../problem/make-problem.js'

// What a built file may do wrong when it is loaded, before anybody has asked anything of it.

export const loadProblems = {
  throws: (message: string) =>
    withRemedy(
      'load-failed',
      `The plugin throws when it is loaded, "${message}"`,
      'do this in open or configure',
    ),
  dependency: (name: string) =>
    withRemedy(
      'load-dependency',
      `The plugin needs "${name}", which does not travel with it`,
      'bundle it, or name it in "kplug.external" of package.json',
    ),
  hangs: (seconds: number) =>
    withRemedy(
      'load-hang',
      `The plugin is not loaded within ${seconds} s`,
      'do what takes long, or waits, in open',
    ),
  exits: () =>
    withRemedy(
      'load-exit',
      'The plugin ends the process when it is loaded, and with it all other plugins',
      'throw an error in open or configure instead',
    ),
  memory: () =>
    withRemedy(
      'load-memory',
      'The plugin takes more than 512 MB when it is loaded',
      'read large data in open, or bit by bit',
    ),
  server: (where: string) =>
    withRemedy(
      'load-server',
      `The plugin opens a server on ${where} when it is loaded, for rules or not`,
      'open it in open, and close it in close',
    ),
}

/** What Node says of a package that it cannot find. */
export function missingPackage(message: string): string | undefined {
  return /^Cannot find (?:package|module) '([^'./][^']*)'/.exec(message)?.[1]
}
