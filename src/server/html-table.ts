import { type Html, html } from './html.js'

/** A table whose column `wide` is hidden in a narrow window. */
export const htmlTable = (heads: readonly string[], wide: string, rows: readonly Html[]): Html => html`<table>
<thead><tr>${heads.map(head => html`<th scope="col"${head === wide ? html` class="wide"` : ''}>${head}</th>`)}</tr></thead>
<tbody>
${rows}</tbody>
</table>`
