// Updates examples/ after a change of a template: `npm run examples`.
import { examplesFolder, makeExamples } from './examples.js'
import * as fs from 'node:fs'
import * as os from 'node:os'
import * as path from 'node:path'

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'kplug-examples-'))
await makeExamples(folder)
fs.cpSync(folder, examplesFolder, { recursive: true })
fs.rmSync(folder, { recursive: true })
