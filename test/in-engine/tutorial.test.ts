import * as fs from 'node:fs'
import * as path from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { binary, repository } from '../support/binary.js'
import { startEngine, withEngine2 } from '../support/engine-under-test.js'
import { folderWith } from '../support/folder.js'
import { examplesWithEngine, run } from '../support/readme-examples.js'

/** What differs between runs: times, the hash of the host in the name of an upload, rows so far, widths of columns. */
const comparable = (output: string): string =>
  output
    .replace(/\d+(\.\d+)? ms\b/g, 'N ms')
    .replace(/-[0-9a-f]{8}\.zip/g, '-HASH.zip')
    .replace(/(running +dew +)\d+/g, '$1N')
    .replace(/ +/g, ' ')

withEngine2('docs/tutorial.md', () => {
  test('shows real output of an engine', { timeout: 120_000 }, async () => {
    const engine = await startEngine()
    onTestFinished(() => engine.end())
    const page = fs.readFileSync(path.join(repository, 'docs', 'tutorial.md'), 'utf8')
    const examples = examplesWithEngine(page)
    const commands = examples.map(({ command }) => command.replaceAll('http://127.0.0.1:9081', engine.url))
    const outputs = await run(commands, folderWith(), binary, '/home/me')
    expect(outputs.map(text => comparable(text.replaceAll(engine.url, 'http://127.0.0.1:9081')))).toEqual(
      examples.map(({ output }) => comparable(output)),
    )
  })
})
