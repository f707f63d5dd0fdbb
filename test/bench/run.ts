// Measures what the design promises: `npm run bench [part…]`; all parts where none is named.
import * as fs from 'node:fs'
import * as path from 'node:path'
import { type Figure, figuresAsText, holds } from './figure.js'

// In the order of their run. What takes long comes last.
const parts = [
  'start',
  'build',
  'validate',
  'rows',
  'json',
  'sp',
  'state',
  'portable',
  'memory',
  'serve',
  'dev',
  'engine',
  'soak',
].filter(name => fs.existsSync(path.join(import.meta.dirname, `${name}.ts`)))

interface Part {
  /** Missing in a part that measures, and prints what it found, while it is loaded. */
  measure?: (options: readonly string[]) => Promise<Figure[]>
}

async function measurePart(name: string, options: readonly string[]): Promise<Figure[]> {
  const { measure }: Part = await import(`./${name}.js`)
  return (await measure?.(options)) ?? []
}

async function main(typed: readonly string[]): Promise<void> {
  const named = typed.filter(word => !word.startsWith('--'))
  const options = typed.filter(word => word.startsWith('--'))
  const all: Figure[] = []
  for (const name of named.length > 0 ? named : parts) {
    const figures = await measurePart(name, options)
    if (figures.length > 0) process.stdout.write(`\n${name}\n${figuresAsText(figures)}`)
    all.push(...figures)
  }
  const broken = all.filter(figure => holds(figure) === false)
  process.stdout.write(`\n${all.length} figures, ${broken.length} promises not kept\n`)
  process.exitCode = broken.length > 0 ? 1 : 0
}

await main(process.argv.slice(2))
