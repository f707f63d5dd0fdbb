import type { Command } from 'commander'
import { engineChecks } from '../doctor/engine-checks.js'
import { readEngineFacts } from '../doctor/engine-facts.js'
import { findingsOf } from '../doctor/finding.js'
import type { Advice } from '../problem/advice.js'
import { projectChecks } from '../doctor/project-checks.js'
import { readProjectFacts } from '../doctor/project-facts.js'
import { ruleChecks } from '../doctor/rule-checks.js'
import { findProject } from '../project/find-project.js'
import { kplugVersion } from '../project/installation.js'
import { readProject } from '../project/project.js'
import { adviceAsText } from '../report/advice.js'
import { asJson } from '../report/json.js'
import { styleFor } from '../report/style.js'
import { caOption } from './arguments.js'
import { engineAt } from './engines.js'
import { untilInterrupted } from './interrupt.js'
import type { ExitCode, Io } from '../io.js'

interface Options {
  engine?: string
  ca?: string
  json?: boolean
}

export function define(command: Command): void {
  command
    .option('--engine <url>', 'also check a running engine, its packages and the rules that use them')
    .option(...caOption)
    .option('--json', 'print JSON')
}

export async function run(io: Io, _args: [], options: Options): Promise<ExitCode> {
  const findings = [...projectFindings(io, options), ...(await engineFindings(io, options))]
  const style = styleFor({ stream: io.stdout, env: io.env })
  io.stdout.write(options.json ? asJson({ findings }) : adviceAsText(findings, style))
  return findings.some(({ severity }) => severity === 'error') ? 1 : 0
}

/** With `--engine`, no project is required. */
function projectFindings(io: Io, { engine }: Options): Advice[] {
  if (engine !== undefined && findProject(io.cwd()) === undefined) return []
  return findingsOf(projectChecks, readProjectFacts(readProject(io.cwd())))
}

async function engineFindings(io: Io, { engine, ca }: Options): Promise<Advice[]> {
  if (engine === undefined) return []
  return untilInterrupted(io, async signal => {
    const facts = await readEngineFacts(engineAt(io, engine, ca, signal), kplugVersion())
    return findingsOf([...engineChecks, ...ruleChecks], facts)
  })
}
