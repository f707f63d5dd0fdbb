import { createPromptModule } from 'inquirer'
import { UsageError } from '../plugin/usage-error.js'
import type { Io } from './io.js'

/** A question for the terminal; what `advice` says of an answer is shown, and the question asked again. */
export interface Question {
  name: string
  message: string
  choices?: readonly string[]
  default?: string
  advice?: (answer: string) => string | undefined
}

/** Asks on the terminal. Ctrl-C, or an end of the input, ends the command. */
export async function ask(questions: readonly Question[], io: Io): Promise<Record<string, string>> {
  const prompt = createPromptModule({ input: io.stdin, output: io.stderr })
  try {
    return await prompt(questions.map(asPrompt))
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'ExitPromptError') throw error
    throw new UsageError('Stopped without an answer: nothing was changed', { cause: error })
  }
}

function asPrompt({ name, message, choices, advice, ...rest }: Question) {
  if (choices) return { type: 'select' as const, name, message, choices: [...choices], ...rest }
  const validate = (answer: string): string | true => advice?.(answer) ?? true
  return { type: 'input' as const, name, message, validate, ...rest }
}
