import { spawn } from 'node:child_process'
import * as fs from 'node:fs'
import * as path from 'node:path'
import { ended } from './binary.js'

/** A command of a README with the output that stands below it. */
export interface Example {
  command: string
  output: string
}

const block = /^```console\n(\$ [\s\S]*?)^```$/gm
const blockWithEngine = /^```console(?: engine)?\n(\$ [\s\S]*?)^```$/gm

/** Finds what a README shows: of every ```console block whose first line begins with `$ `, its commands. */
export function examplesIn(readme: string): Example[] {
  return [...readme.matchAll(block)].flatMap(([, text = '']) => examplesOf(text))
}

/** The same with the blocks that begin with ```console engine, whose commands need a running eKuiper. */
export function examplesWithEngine(page: string): Example[] {
  return [...page.matchAll(blockWithEngine)].flatMap(([, text = '']) => examplesOf(text))
}

function examplesOf(text: string): Example[] {
  return text
    .split(/^\$ /m)
    .slice(1)
    .map(piece => {
      const command = (heredoc.exec(piece) ?? continued.exec(piece))?.[0] ?? piece
      return { command: command.trimEnd(), output: piece.slice(command.length) }
    })
}

// A command goes on over lines that end in a backslash, and over the lines that it is given by `<<'END'`.
const continued = /^(?:.*\\\n)*.*\n/
const heredoc = /^.*<<-? *(['"]?)(\w+)\1.*\n(?:.*\n)*?\2\n/

/** The same README with other outputs below its commands. */
export function withOutputs(readme: string, outputs: readonly string[]): string {
  const rest = [...outputs]
  return readme.replace(block, (_all, text: string) => {
    const pieces = examplesOf(text).map(({ command }) => `$ ${command}\n${rest.shift() ?? ''}`)
    return `\`\`\`console\n${pieces.join('')}\`\`\``
  })
}

/** What differs from run to run and says nothing: milliseconds. */
export const normalised = (output: string): string => output.replace(/\d+(\.\d+)? ms\b/g, 'N ms')

/**
 * Runs commands in turn by bash in one folder, `kplug` being the given file; answers what each wrote, both streams
 * together. A `cd` holds for those after it. The folder is called `shown` in what they wrote.
 */
export async function run(
  commands: readonly string[],
  root: string,
  binary: string,
  shown: string,
): Promise<string[]> {
  const bin = path.join(root, 'bin')
  const home = path.join(root, 'home')
  const where = path.join(root, 'where')
  fs.mkdirSync(bin)
  fs.mkdirSync(home)
  const shim = `#!/bin/sh\nexec '${process.execPath}' '${binary}' "$@"\n`
  fs.writeFileSync(path.join(bin, 'kplug'), shim, { mode: 0o755 })
  fs.writeFileSync(where, home)
  const env = { ...process.env, PATH: `${bin}:${process.env['PATH']}`, HOME: home }
  const outputs: string[] = []
  for (const command of commands) {
    const script = `cd "$(cat '${where}')" && { ${command}\n}; pwd > '${where}'`
    const child = spawn('bash', ['-c', `exec 2>&1; ${script}`], { env, stdio: ['ignore', 'pipe', 'inherit'] })
    const { stdout } = await ended(child)
    outputs.push(withLineEnd(stdout.replaceAll(home, shown)))
  }
  return outputs
}

const withLineEnd = (text: string): string => (text === '' || text.endsWith('\n') ? text : `${text}\n`)
