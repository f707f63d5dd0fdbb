import type { Command } from 'commander'

/**
 * Keeps the word after an option with an optional value from being parsed as the value. As in Node.js, the value of
 * `--inspect` is written as `--inspect=9230`.
 */
export function separateOptionalValues(command: Command, typed: readonly string[]): string[] {
  const options = new Set(command.options.filter(({ optional }) => optional).map(({ long }) => long))
  const end = typed.indexOf('--')
  return typed.map((word, index) => (options.has(word) && (end < 0 || index < end) ? `${word}=` : word))
}
