import { createPromptModule } from 'inquirer'
import { UsageError } from '../errors/usage-error.js'
import type { Io } from '../io.js'

/** A question for the terminal. An invalid answer is asked for again, with a corrected answer filled in. */
export interface Question {
  name: string
  message: string
  choices?: readonly (string | { value: string; name: string })[]
  default?: string
  /** Why an answer is invalid; undefined if it is valid. */
  advice?: (answer: string) => string | undefined
  /** A valid answer that is similar to an invalid one. */
  correction?: (answer: string) => string | undefined
}

/** Asks on the terminal. Ctrl-C, Ctrl-D or the end of the input ends the command. */
export async function ask(questions: readonly Question[], io: Io): Promise<Record<string, string>> {
  // If the input ends, a prompt never settles, and the process would exit with code 0.
  const ending = new AbortController()
  const onEnd = (): void => ending.abort()
  const onKey = (_text: unknown, key: { ctrl?: boolean; name?: string }): void => {
    if (key.ctrl && key.name === 'd') ending.abort()
  }
  io.stdin.on('end', onEnd).on('keypress', onKey)
  io.on('SIGTERM', onEnd)
  const prompt = createPromptModule({ input: io.stdin, output: io.stderr, signal: ending.signal })
  try {
    const answers: Record<string, string> = {}
    for (const question of questions) {
      answers[question.name] = await answerTo(
        question,
        single => prompt<Record<string, string>>([single]),
        io,
      )
    }
    return answers
  } catch (error) {
    if (!(error instanceof Error) || !['ExitPromptError', 'AbortPromptError'].includes(error.name))
      throw error
    throw new UsageError('Cancelled: nothing was changed', { cause: error })
  } finally {
    io.stdin.off('end', onEnd).off('keypress', onKey)
    io.off('SIGTERM', onEnd)
  }
}

type Prompt = ReturnType<typeof asPrompt>

async function answerTo(
  question: Question,
  prompt: (single: Prompt) => Promise<Record<string, string>>,
  io: Io,
): Promise<string> {
  for (let filledIn: string | undefined; ; ) {
    const answers = await prompt(asPrompt(question, filledIn))
    const answer = answers[question.name] ?? ''
    const wrong = question.advice?.(answer)
    if (wrong === undefined) return answer
    io.stderr.write(`${wrong}\n`)
    filledIn = question.correction?.(answer)
  }
}

function asPrompt({ name, message, choices, default: usual }: Question, filledIn: string | undefined) {
  if (choices) return { type: 'select' as const, name, message, choices: [...choices] }
  return filledIn === undefined
    ? { type: 'input' as const, name, message, ...(usual !== undefined && { default: usual }) }
    : { type: 'input' as const, name, message, default: filledIn, prefill: 'editable' as const }
}
