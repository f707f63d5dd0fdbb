import { pluginsIn } from '../ekuiper/engine-manifest.js'
import { sampleOf } from '../ekuiper/sample.js'
import { formIn } from '../package/package-file.js'
import type { PackedPackage } from '../package/packages-folder.js'
import type { Form, FormField } from '../plugin/form.js'
import type { PluginId } from '../plugin/plugin-id.js'
import { defaultOf, requestsAsCommands } from '../report/description.js'
import { type Html, html } from './html.js'
import { htmlTable } from './html-table.js'

// The server does not know which engine its reader has.
const engine = 'http://127.0.0.1:9081'

/** The form of each packaged plugin, and the requests that create a stream and a rule with it, to copy. */
export function packagedPlugins(packages: readonly PackedPackage[]): Html {
  const details = packages.flatMap(packed =>
    pluginsIn(packed.manifest).map(plugin => pluginDetails(plugin, formIn(packed, plugin))),
  )
  return html`${details}`
}

function pluginDetails({ kind, name }: PluginId, form: Form): Html {
  const { description, presets, properties, args } = form
  return html`<details><summary>${name} <span class="kind">${kind}</span></summary>
${description === '' ? '' : html`<p>${description}</p>`}
${fieldTable('Property', properties)}${fieldTable('Argument', args)}
${presets.length === 0 ? '' : html`<p>Presets for CONF_KEY: <code>${presets.join(', ')}</code></p>`}
<pre>${requestsAsCommands(sampleOf(kind, name, form), engine)}</pre>
</details>
`
}

function fieldTable(head: string, fields: readonly FormField[]): Html {
  if (fields.length === 0) return html``
  return htmlTable([head, 'Type', 'Default', 'Meaning'], 'Meaning', fields.map(fieldRow))
}

const fieldRow = (field: FormField): Html =>
  html`<tr><th scope="row">${field.name}</th><td class="kind">${field.type}</td><td><code>${defaultOf(field)}</code></td><td class="wide">${field.hint}</td></tr>\n`
