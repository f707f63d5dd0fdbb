import { pluginsIn } from '../ekuiper/engine-manifest.js'
import { createHash } from 'node:crypto'
import type { InstalledPlugin } from '../plugin/installed.js'
import { compareProblems, isError, type Problem, sentenceOf } from '../problem/problem.js'
import type { PackedPackage } from '../package/packages-folder.js'
import { counted, size } from '../report/table.js'
import { Html, html } from './html.js'
import { htmlTable } from './html-table.js'
import { packagedPlugins } from './packaged-plugins.js'
import type { Inventory } from './inventory.js'
import { style } from './style.js'

const styleHash = createHash('sha256').update(style).digest('base64')

/** The page contains no scripts, loads nothing, and cannot be shown in a frame of another site. */
export const pageHeaders = {
  'Content-Security-Policy': `default-src 'none'; style-src 'sha256-${styleHash}'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
  'Referrer-Policy': 'no-referrer',
}

/** The page for people: plugins with the version in effect, packages, problems. */
export function overview(inventory: Inventory, version: string): string {
  const { plugins, packages, problems } = inventory
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${counted(plugins.length, 'plugin')} · kplug</title>
<link rel="icon" href="${icon}">
<style>${styleSheet}</style>
</head>
<body>
<div class="page">
<header>
<p class="mark">kplug ${version}</p>
<h1>Plugins</h1>
<p class="lead">${summary(inventory)}</p>
</header>
<main>
${pluginSection(plugins)}
${packageSection(packages)}
${packages.length === 0 ? '' : section('use', 'In a rule', packagedPlugins(packages))}
${problems.length === 0 ? '' : problemSection(problems)}
</main>
<footer>
<nav aria-label="The same as data">
${links.map(path => html`<a href="${path}">${path}</a>\n`)}
</nav>
</footer>
</div>
</body>
</html>
`.text
}

// The only markup without a template: a style sheet is not escaped.
const styleSheet = new Html(style)

const icon = `data:image/svg+xml,${encodeURIComponent(
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><path d="M5 1v4H3v3a5 5 0 0 0 4 4.9V16h2v-3.1A5 5 0 0 0 13 8V5h-2V1H9v4H7V1z" fill="#0b8a86"/></svg>',
)}`

const links = [
  '/plugins/sources',
  '/plugins/sinks',
  '/plugins/functions',
  '/plugins/portables',
  '/metadata/sources',
  '/openapi.json',
]

function summary({ plugins, packages, problems }: Inventory): string {
  const found = problems.length === 0 ? 'no problems' : counted(problems.length, 'problem')
  return `${counted(plugins.length, 'plugin')}, ${counted(packages.length, 'package')}, ${found}`
}

const pluginSection = (plugins: readonly InstalledPlugin[]): Html =>
  section(
    'installed',
    'Installed',
    plugins.length === 0
      ? html`<p class="empty">No plugins yet: <code>kplug build</code> puts them here.</p>`
      : htmlTable(['Name', 'Type', 'Version', 'File'], 'File', plugins.map(pluginRow)),
  )

function pluginRow({ kind, name, versions: [latest, ...older] }: InstalledPlugin): Html {
  const others = older.map(({ version }) => version ?? 'none').join(', ')
  return html`<tr><th scope="row">${name}</th><td class="kind">${kind}</td><td><span class="version">${latest.version ?? 'none'}</span>${
    older.length === 0
      ? ''
      : html` <span class="badge">in effect</span><div class="older version">also ${others}</div>`
  }</td><td class="file wide">${latest.file}</td></tr>\n`
}

const packageSection = (packages: readonly PackedPackage[]): Html =>
  section(
    'packages',
    'Packages',
    packages.length === 0
      ? html`<p class="empty">No packages yet: <code>kplug pack</code> makes one.</p>`
      : htmlTable(['Name', 'Version', 'Holds', 'Zip'], 'Holds', packages.map(packageRow)),
  )

function packageRow({ name, manifest, zip }: PackedPackage): Html {
  const { version } = manifest
  const held = pluginsIn(manifest)
    .map(plugin => plugin.name)
    .join(', ')
  const address = `/packages/${name}.zip`
  return html`<tr><th scope="row">${name}</th><td class="version">${version}</td><td class="wide">${held}</td><td><a href="${address}">${name}.zip</a> <span class="file">${size(zip.bytes)}</span></td></tr>\n`
}

function problemSection(problems: readonly Problem[]): Html {
  const items = problems.toSorted(compareProblems).map(problemItem)
  return section('problems', 'Problems', html`<ul>\n${items}</ul>`)
}

function problemItem(problem: Problem): Html {
  const severity = isError(problem) ? 'error' : 'warning'
  return html`<li class="${severity}"><span class="badge">${severity}</span><code class="place">${problem.file ?? ''}</code><p>${sentenceOf(problem)}${problem.remedy === undefined ? '' : html`<br>${problem.remedy}`}</p></li>\n`
}

const section = (id: string, title: string, content: Html): Html => html`<section aria-labelledby="${id}">
<h2 id="${id}">${title}</h2>
<div class="card">${content}</div>
</section>`
