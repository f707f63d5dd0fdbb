import { commanderText } from '../errors/commander-text.js'
import { capital } from '../errors/words.js'

/** commander's `error: unknown option '--jsn'\n(Did you mean --json?)` → `Unknown option "--jsn": did you mean "--json"?` */
export function commanderSentence(message: string, command: string | undefined): string {
  const [first = '', hint] = commanderText(message).split(/\n(?=\(Did you mean )/)
  const meant = /^\(Did you mean (?:one of )?(.*)\?\)$/.exec(hint ?? '')?.[1]
  const help = command === undefined ? 'kplug --help' : `kplug ${command} --help`
  const remedy = meant === undefined ? `see "${help}"` : `did you mean "${meant}"?`
  return `${capital(first.replace(/\.$/, ''))}${first.includes(': ') ? '; ' : ': '}${remedy}`
}
