import * as fs from 'node:fs'
import * as path from 'node:path'
import type { Row } from '../data/row.js'
import { Engine } from '../engine/engine.js'
import { installPackage } from '../engine/portables.js'
import { UsageError } from '../errors/usage-error.js'
import type { OwnEngine } from '../kuiperd/own-engine.js'
import { rowSinkOf, withRowSink } from '../package/row-sink.js'
import { zip } from '../package/write-zip.js'
import { buildAndPack } from '../packing/make-package.js'
import { isError, type Problem } from '../problem/problem.js'
import { readProject } from '../project/project.js'
import { problemsAsText } from '../report/problems.js'
import { styleFor } from '../report/style.js'
import { type ReceivingRule, startReceivingRule } from './receiving-rule.js'
import type { RuleOptions, TestEngine, TestRule } from './types.js'

const plain = styleFor({ stream: {}, env: {} })

/** An engine that gets projects, streams and rules from a test. */
export class InstallingEngine implements TestEngine {
  readonly #own: OwnEngine
  readonly #engine: Engine
  readonly #rules: ReceivingRule[] = []
  #rowSink: string | undefined

  constructor(own: OwnEngine) {
    this.#own = own
    this.#engine = new Engine({ url: own.url })
  }

  get url(): string {
    return this.#own.url
  }

  log(): string {
    return this.#own.log()
  }

  async install(folder = '.'): Promise<void> {
    const problems: Problem[] = []
    const never = new AbortController().signal
    const made = await buildAndPack(readProject(path.resolve(folder)), {}, never, found =>
      problems.push(...found),
    )
    if (made === undefined) {
      throw new UsageError(
        `Cannot install ${folder}: it has problems\n${problemsAsText(problems.filter(isError), plain)}`,
      )
    }
    const file = path.join(this.#own.temp, `${made.name}.zip`)
    fs.writeFileSync(file, await zip(withRowSink(made).entries))
    await installPackage(this.#engine, made.name, file)
    this.#rowSink ??= rowSinkOf(made.name)
  }

  async stream(name: string, rows: readonly Row[], every = 10): Promise<void> {
    await this.configure('simulator', name, { data: rows, interval: every, loop: true })
    const sql = `CREATE STREAM ${name} () WITH (TYPE="simulator", DATASOURCE="${name}", FORMAT="json", CONF_KEY="${name}")`
    await this.#engine.send('POST', '/streams', { sql })
  }

  async configure(source: string, name: string, props: Row): Promise<void> {
    await this.#engine.send('PUT', `/metadata/sources/${source}/confKeys/${name}`, props)
  }

  async rule(sql: string, options: RuleOptions = {}): Promise<TestRule> {
    if (this.#rowSink === undefined) {
      throw new UsageError('Cannot create the rule: no package is installed; call "install" first')
    }
    const id = `test${this.#rules.length + 1}`
    const rule = await startReceivingRule(this.#engine, { id, sql, rowSink: this.#rowSink, ...options })
    this.#rules.push(rule)
    return rule
  }

  /** Stops receiving rows. */
  close(): void {
    for (const rule of this.#rules) rule.close()
  }
}
