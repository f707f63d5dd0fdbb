import { createPromptModule } from 'inquirer'
import { UsageError } from '../errors/usage-error.js'
import type { Io } from '../io.js'

/** A question for the terminal; what `advice` says of an answer is shown, and the question asked again. */
export interface Question {
  name: string
  message: string
  choices?: readonly string[]
  default?: string
  advice?: (answer: string) => string | undefined
}

/** Asks on the terminal. Ctrl-C, Ctrl-D or an end of the input ends the command. */
export async function ask(questions: readonly Question[], io: Io): Promise<Record<string, string>> {
  // A prompt whose input ends is never settled: the process would just end, with exit code 0.
  const ending = new AbortController()
  const onEnd = (): void => ending.abort()
  const onKey = (_text: unknown, key: { ctrl?: boolean; name?: string }): void => {
    if (key.ctrl && key.name === 'd') ending.abort()
  }
  io.stdin.on('end', onEnd).on('keypress', onKey)
  const prompt = createPromptModule({ input: io.stdin, output: io.stderr, signal: ending.signal })
  try {
    return await prompt(questions.map(asPrompt))
  } catch (error) {
    if (!(error instanceof Error) || !['ExitPromptError', 'AbortPromptError'].includes(error.name))
      throw error
    throw new UsageError('Stopped without an answer: nothing was changed', { cause: error })
  } finally {
    io.stdin.off('end', onEnd).off('keypress', onKey)
  }
}

function asPrompt({ name, message, choices, advice, ...rest }: Question) {
  if (choices) return { type: 'select' as const, name, message, choices: [...choices], ...rest }
  const validate = (answer: string): string | true => advice?.(answer) ?? true
  return { type: 'input' as const, name, message, validate, ...rest }
}
