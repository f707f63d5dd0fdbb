import { escapeXml } from './terminal.js'

/** Where a debugger has stopped, and what it shows there. */
export interface Stop {
  file: string
  code: readonly string[]
  /** Counts from 1. */
  line: number
  values: Readonly<Record<string, unknown>>
}

const width = 760
const lineHeight = 20
const top = 56
const codeStart = 64
const panel = 540

/** Draws a source file with the line at which a debugger has stopped, and the values of its variables. */
export function stopAsSvg({ file, code, line, values }: Stop): string {
  const height = top + code.length * lineHeight + 12
  const yOf = (index: number): number => top + index * lineHeight
  const listing = code.map((text, index) => {
    const y = yOf(index)
    const number = `<text x="48" y="${y}" text-anchor="end" class="number">${index + 1}</text>`
    return `${number}<text x="${codeStart}" y="${y}" class="code" xml:space="preserve">${escapeXml(text)}</text>`
  })
  const variables = Object.entries(values).map(
    ([name, value], index) =>
      `<text x="${panel + 16}" y="${yOf(index + 1)}" class="code"><tspan class="name">${escapeXml(name)}</tspan>: ${escapeXml(JSON.stringify(value))}</text>`,
  )
  const stopped = yOf(line - 1)
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="A debugger stopped in ${escapeXml(file)} at line ${line}">
<style>
text { font: 13px ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; }
.code { fill: #e6edf3; }
.number, .title { fill: #8b949e; }
.name { fill: #79c0ff; }
</style>
<rect width="${width}" height="${height}" rx="8" fill="#0d1117"/>
<text x="20" y="26" class="title">${escapeXml(file)}: paused at line ${line}</text>
<rect x="0" y="${stopped - 15}" width="${width}" height="${lineHeight}" fill="#4d3800"/>
<path d="M14 ${stopped - 10}h8l5 5l-5 5h-8z" fill="#f0b72f"/>
${listing.join('\n')}
<rect x="${panel}" y="${top - 18}" width="${width - panel - 16}" height="${(variables.length + 1) * lineHeight + 10}" rx="6" fill="#161b22" stroke="#30363d"/>
<text x="${panel + 16}" y="${yOf(0)}" class="title">Variables</text>
${variables.join('\n')}
</svg>
`
}
