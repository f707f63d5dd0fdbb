import { Command } from 'commander'
import { expect, test } from 'vitest'
import { separateOptionalValues } from '../../src/cli/optional-values.js'

test('an option with an optional value does not take the next word', () => {
  const command = new Command().option('--inspect [port]').option('--rule <id>')
  const separate = (...typed: string[]): string[] => separateOptionalValues(command, typed)
  expect(separate('--inspect', 'function', 'echo')).toEqual(['--inspect=', 'function', 'echo'])
  expect(separate('--inspect=1', '--rule', 'a')).toEqual(['--inspect=1', '--rule', 'a'])
  expect(separate('--', '--inspect')).toEqual(['--', '--inspect'])
})
