import { escapeXml } from './terminal.js'

/** How an engine, its channels, the host of a package, the plugins and their state hang together. */
export const packageInEngine =
  (): string => `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 760 330" width="760" height="330" role="img" aria-label="A package in eKuiper: rules, channels, host, plugins and state">
<style>
text { font: 13px system-ui, sans-serif; fill: #1f2937; }
.small { font-size: 11px; fill: #475569; }
.name { font-weight: 600; }
.box { fill: #f8fafc; stroke: #64748b; }
.inner { fill: #e0e7ff; stroke: #4f46e5; }
.store { fill: #dcfce7; stroke: #15803d; }
.arrow { stroke: #64748b; stroke-width: 1.5; fill: none; marker-end: url(#head); }
</style>
<defs><marker id="head" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto-start-reverse"><path d="M0 0L8 4L0 8z" fill="#64748b"/></marker></defs>
<rect width="760" height="330" rx="8" fill="#ffffff"/>
${box(16, 16, 210, 298, 'box', 'eKuiper')}
${box(32, 60, 178, 46, 'inner', 'source of a stream')}
${box(32, 126, 178, 46, 'inner', 'SQL: wordCount(text)')}
${box(32, 192, 178, 46, 'inner', 'sink of an action')}
${label(121, 268, 'plugin manager', 'name')}
${label(121, 286, 'install, start, stop', 'small')}
${box(420, 16, 210, 298, 'box', 'host (Node.js)')}
${box(436, 60, 178, 46, 'inner', 'Ticks: open()')}
${box(436, 126, 178, 46, 'inner', 'WordCount: exec()')}
${box(436, 192, 178, 46, 'inner', 'LineFile: collect()')}
${label(525, 268, 'control', 'name')}
${label(525, 286, 'kept alive by a supervisor script', 'small')}
${box(660, 126, 84, 46, 'store', 'state')}
${label(702, 190, 'journals on disk', 'small')}
${arrow(436, 83, 210, 83, 'rows: push', 323, 76)}
<path class="arrow" d="M210 142H436"/><path class="arrow" d="M436 158H210"/>
${label(323, 135, 'arguments', 'small')}
${label(323, 175, 'result', 'small')}
${arrow(210, 208, 436, 208, 'rows: push', 323, 201)}
<path class="arrow" d="M436 224H210" stroke-dasharray="4 3"/>
${label(323, 240, 'acknowledgement, with requireAck', 'small')}
${arrow(210, 272, 436, 272, 'commands and replies', 323, 265)}
<path class="arrow" d="M614 142H660"/><path class="arrow" d="M660 158H614"/>
${label(323, 306, 'unix sockets under /tmp', 'small')}
</svg>
`

function box(x: number, y: number, width: number, height: number, kind: string, title: string): string {
  const middle = x + width / 2
  const baseline = height > 100 ? y + 26 : y + height / 2 + 5
  const weight = height > 100 ? 'name' : ''
  return `<rect x="${x}" y="${y}" width="${width}" height="${height}" rx="6" class="${kind}"/>${label(middle, baseline, title, weight)}`
}

const label = (x: number, y: number, text: string, kind: string): string =>
  `<text x="${x}" y="${y}" text-anchor="middle" class="${kind}">${escapeXml(text)}</text>`

const arrow = (x: number, y: number, toX: number, toY: number, text: string, atX: number, atY: number) =>
  `<path class="arrow" d="M${x} ${y}L${toX} ${toY}"/>${label(atX, atY, text, 'small')}`
