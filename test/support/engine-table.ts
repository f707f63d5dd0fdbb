// Prints what works with which eKuiper, for the documentation: `npm run engine-table`.
import { capabilitiesAsMarkdown } from './capabilities.js'

process.stdout.write(capabilitiesAsMarkdown())
