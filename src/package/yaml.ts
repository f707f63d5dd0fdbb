/** A text that is not YAML. Its message has one line. */
export class InvalidYaml extends Error {}

/** The value of a YAML text. Keys are compared in linear time: the parser's own check takes 20 s for 60 000 keys. */
export async function parseYaml(text: string): Promise<unknown> {
  const { isScalar, parseDocument, visit } = await import('yaml')
  const document = parseDocument(text, { uniqueKeys: false })
  const [error] = document.errors
  if (error) throw invalid(error)
  visit(document, {
    Map(_key, { items }) {
      const seen = new Set<unknown>()
      for (const { key } of items) {
        const value = isScalar(key) ? key.value : key
        if (seen.has(value)) throw new InvalidYaml(`Map keys must be unique: "${String(value)}" occurs twice`)
        seen.add(value)
      }
    },
  })
  try {
    return document.toJS()
  } catch (failure) {
    // For example, too many aliases, each of which contains more of them.
    throw invalid(failure)
  }
}

const invalid = (error: unknown): InvalidYaml =>
  new InvalidYaml(error instanceof Error ? error.message.split('\n', 1)[0] : String(error), { cause: error })
