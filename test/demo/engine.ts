// The last part of the demo: the package at work in a real eKuiper, where there is one.
import * as fs from 'node:fs'
import * as path from 'node:path'
import { ekuipers } from '../support/ekuiper.js'
import { Engine } from '../support/engine.js'
import { until } from '../support/until.js'

const rows = 5

/** Installs the packed project in an engine, lets a rule use it, and shows the rows that the rule emits. Nothing without an engine. */
export async function demoEngine(project: string): Promise<void> {
  const [ekuiper] = ekuipers
  if (ekuiper === undefined) {
    return
  }
  const engine = await Engine.start(ekuiper)
  try {
    process.stdout.write(`\nThe same package in eKuiper ${await engine.version()}:\n`)
    await showRule(engine, project)
  } finally {
    await engine.end()
  }
}

async function showRule(engine: Engine, project: string): Promise<void> {
  const output = path.join(engine.temp, 'engine.ndjson')
  const zip = path.join(engine.temp, 'demo.zip')
  fs.copyFileSync(path.join(project, 'dist', 'demo-0.1.0.zip'), zip)
  const say = async (where: string, body: Record<string, unknown>): Promise<void> => {
    process.stdout.write(`\nPOST ${where} ${JSON.stringify(body)}\n`)
    process.stdout.write(`${String(await engine.post(where, body)).trim()}\n`)
  }
  await say('/plugins/portables', { name: 'demo', file: `file://${zip}` })
  await say('/streams', {
    sql: 'CREATE STREAM demo () WITH (TYPE="mySource", FORMAT="json", DATASOURCE="")',
  })
  const sql = 'SELECT count, wordCount("drawer") AS word, countWords("one two") AS words FROM demo'
  await say('/rules', { id: 'demo', sql, actions: [{ lineFile: { path: output, sendSingle: true } }] })
  const lines = await until(`${rows} rows`, () => {
    const written = fs.existsSync(output) ? fs.readFileSync(output, 'utf8').split('\n').slice(0, -1) : []
    return written.length >= rows && written
  })
  process.stdout.write(`\n${lines.slice(0, rows).join('\n')}\n`)
}
