// examples/ is what `kplug new` writes: the projects below, made of the templates.
import * as fs from 'node:fs'
import * as path from 'node:path'
import { repository } from './binary.js'
import { kplug } from './io.js'

interface Example {
  /** Below `examples/`. */
  folder: string
  /** What is typed after `kplug new`. */
  typed: readonly string[]
}

const example = (folder: string, description: string, ...typed: string[]): Example => ({
  folder,
  typed: [...typed, '--project-name', path.basename(folder), '--description', description],
})

export const examples: readonly Example[] = [
  example('http-poll', 'Polls an HTTP endpoint', 'source', 'httpPoll', '--template', 'http-poll'),
  example('mqtt', 'Subscribes to an MQTT topic', 'source', 'mqttTopic', '--template', 'mqtt'),
  example('modbus', 'Reads a Modbus device', 'source', 'modbusDevice', '--template', 'modbus'),
  example('influxdb', 'Writes to InfluxDB', 'sink', 'influxBatch', '--template', 'influxdb'),
  example('postgres', 'Writes to PostgreSQL', 'sink', 'postgresTable', '--template', 'postgres'),
  example('anomaly', 'Scores how unusual a value is', 'function', 'anomalyScore', '--template', 'anomaly'),
  example('python', 'Calls a Python script', 'function', 'titleCase', '--template', 'python'),
  example('onnx', 'Runs an ONNX model', 'function', 'predict', '--template', 'onnx'),
  example('workspace/packages/clock', 'A source that counts', 'source', 'clock'),
  example('workspace/packages/words', 'A function on texts', 'function', 'sameText'),
]

/** What is not of templates: what the packages of the workspace share, and the rule over both. */
export const written = [
  'README.md',
  'workspace/README.md',
  'workspace/package.json',
  'workspace/packages/words/test/rule.test.ts',
]

export const examplesFolder = path.join(repository, 'examples')

/** Makes all examples in a folder, as an author does. */
export async function makeExamples(folder: string): Promise<void> {
  for (const { folder: name, typed } of examples) {
    const made = path.join(folder, name)
    fs.mkdirSync(made, { recursive: true })
    const { code, stderr } = await kplug(made, 'new', ...typed)
    if (code !== 0) throw new Error(`kplug new ended with ${code}: ${stderr}`)
    referToRepository(path.join(made, 'package.json'), name)
    if (name.startsWith('workspace/')) removeOfRepository(made)
  }
}

/** The root of a repository has these, not each package of a workspace. */
function removeOfRepository(folder: string): void {
  for (const name of ['.github', '.vscode']) fs.rmSync(path.join(folder, name), { recursive: true })
}

/** A new project names the kplug that made it: in `examples/` that is the repository around. */
function referToRepository(file: string, name: string): void {
  const reference = path.posix.relative(`/examples/${name}`, '/')
  const text = fs.readFileSync(file, 'utf8')
  fs.writeFileSync(file, text.replace(/("kplug": )"file:[^"]*"/, `$1"file:${reference}"`))
}
