import type { Command } from 'commander'
import { type BuildOptions, buildPlugins } from '../build/build.js'
import { findPluginSources, selectSources } from '../project/plugin-sources.js'
import { readProject } from '../project/project.js'
import { UsageError } from '../errors/usage-error.js'
import { buildAsJson } from '../report/build.js'
import { untilInterrupted } from './interrupt.js'
import type { ExitCode, Io } from '../io.js'
import { reportBuild } from './report-build.js'

interface Options {
  watch?: boolean
  clean?: boolean
  minify?: boolean
  check: boolean
  json?: boolean
}

export function define(command: Command): void {
  command
    .argument('[names...]', 'plugins to build, by name, symbol or kind/name; default: all')
    .option('--watch', 'rebuild on changes, until interrupted')
    .option('--clean', 'delete the other versions of the built plugins')
    .option('--minify', 'make the files smaller and harder to read')
    .option('--no-check', 'skip the type-check')
    .option('--json', 'print JSON')
}

export function run(io: Io, [names]: [string[]], options: Options): Promise<ExitCode> {
  return untilInterrupted(io, async signal => {
    const building = { minify: false, clean: false, ...options, signal }
    if (options.watch && options.json) {
      throw new UsageError(
        'Cannot use option "--json" with "--watch": a watch has no final result; remove one of them',
      )
    }
    if (!options.watch) return buildOnce(io, names, building)
    const { watchAndBuild } = await import('./build-watch.js')
    return watchAndBuild(io, names, building)
  })
}

async function buildOnce(
  io: Io,
  names: readonly string[],
  options: BuildOptions & Pick<Options, 'json'>,
): Promise<ExitCode> {
  const start = performance.now()
  const project = readProject(io.cwd())
  const { sources, problems } = findPluginSources(project)
  if (sources.length === 0 && problems.length === 0) {
    io.stderr.write('No plugins in src/sources, src/sinks or src/functions: create one with "kplug new"\n')
    if (options.json) io.stdout.write(buildAsJson({ built: [], removed: [], problems: [] }))
    return 0
  }
  const result = await buildPlugins(project, selectSources(sources, names), problems, options)
  const code = reportBuild(io, result, performance.now() - start, options.json)
  if (options.json) io.stdout.write(buildAsJson(result))
  return code
}
