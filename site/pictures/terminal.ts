/** A line of a terminal: what was typed, or what came back. */
export interface Line {
  typed: boolean
  text: string
}

const width = 760
const lineHeight = 20
const margin = 20
const titleBar = 28
const secondsPerCharacter = 0.03
const secondsPerOutput = 0.12
const pauseAfterCommand = 0.5

/**
 * Draws a terminal whose lines appear one after the other. Where the reader wants no motion, and in programs
 * without animation, all lines are there from the start.
 */
export function terminalAsSvg(title: string, lines: readonly Line[]): string {
  const height = titleBar + margin + lines.length * lineHeight + margin / 2
  const starts = startsOf(lines)
  const rows = lines.map(({ typed, text }, index) => {
    const y = titleBar + margin + index * lineHeight
    const prompt = typed ? '<tspan class="prompt">$ </tspan>' : ''
    const delay = `style="animation-delay:${(starts[index] ?? 0).toFixed(2)}s"`
    return `<text x="${margin}" y="${y}" class="${typed ? 'typed' : 'output'}" ${delay} xml:space="preserve">${prompt}${escapeXml(text)}</text>`
  })
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${escapeXml(title)}">
<style>
text { font: 13px ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; }
.typed { fill: #e6edf3; }
.output { fill: #9fb1c4; }
.prompt { fill: #7ee787; }
.title { fill: #8b949e; }
@media (prefers-reduced-motion: no-preference) {
  .typed, .output { animation: appear 0.1s backwards; }
}
@keyframes appear { from { opacity: 0; } to { opacity: 1; } }
</style>
<rect width="${width}" height="${height}" rx="8" fill="#0d1117"/>
<circle cx="18" cy="15" r="5" fill="#ff5f57"/><circle cx="36" cy="15" r="5" fill="#febc2e"/><circle cx="54" cy="15" r="5" fill="#28c840"/>
<text x="${width / 2}" y="19" text-anchor="middle" class="title">${escapeXml(title)}</text>
${rows.join('\n')}
</svg>
`
}

/** When each line appears, in seconds: a command takes the time of typing it. */
function startsOf(lines: readonly Line[]): number[] {
  let now = 0.3
  return lines.map(({ typed, text }) => {
    now += typed ? text.length * secondsPerCharacter + pauseAfterCommand : secondsPerOutput
    return now
  })
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }

export const escapeXml = (text: string): string => text.replaceAll(/[&<>"]/g, found => entities[found] ?? '')
