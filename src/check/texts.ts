import { arrayOf, objectOf } from '../data/lenient.js'
import { ownField } from '../data/object.js'
import type { Kind } from '../plugin/kind.js'
import type { Problem } from '../problem/problem.js'
import { projectProblems } from '../problem/project-problems.js'

/** Texts of a form that belong together, by what they are: the label and the hint of a property. */
type Texts = Readonly<Record<string, unknown>>

/**
 * Checks that a form is complete: either all of its texts are in Chinese too, or none. The same holds for labels,
 * which are made of the names of properties where there is none. `about` and `config` are as the plugin exports them.
 */
export function checkTexts(kind: Kind, symbol: string, about: unknown, config: unknown): Problem[] {
  const own = textsOf(about)
  const fields = Object.entries(objectOf(ownField(config, 'properties'))).map(([name, field]) => ({
    name,
    texts: textsOfField(field),
  }))
  const translated = [own, ...fields.map(({ texts }) => texts)].some(hasChinese)
  const labelled = translated || fields.some(({ texts }) => texts['label'] !== undefined)
  return [
    ...missing(own, translated, what => projectProblems.translationMissing({ kind, symbol }, what)),
    ...fields.flatMap(({ name, texts }) => [
      ...(labelled && texts['label'] === undefined ? [projectProblems.labelMissing(name)] : []),
      ...missing(texts, translated, what => projectProblems.translationMissing(name, what)),
    ]),
  ]
}

function textsOf(about: unknown): Texts {
  const dataSource = ownField(about, 'dataSource')
  return {
    description: ownField(about, 'description'),
    label: ownField(about, 'label'),
    'label of the DATASOURCE': ownField(dataSource, 'label'),
    'hint of the DATASOURCE': ownField(dataSource, 'hint'),
    ...Object.fromEntries(arrayOf(ownField(about, 'args')).flatMap(textsOfArgument)),
    'description of the result': ownField(ownField(about, 'returns'), 'description'),
  }
}

const textsOfArgument = (arg: unknown): [what: string, text: unknown][] =>
  ['label', 'description'].map(what => [
    `${what} of argument "${String(ownField(arg, 'name'))}"`,
    ownField(arg, what),
  ])

const textsOfField = (field: unknown): Texts => ({
  label: ownField(field, 'label') ?? ownField(field, 'title'),
  hint: ownField(field, 'hint') ?? ownField(field, 'description'),
})

const hasChinese = (texts: Texts): boolean => Object.values(texts).some(isChinese)

const isChinese = (text: unknown): boolean => ownField(text, 'zh') !== undefined

function missing(texts: Texts, translated: boolean, problem: (what: string) => Problem): Problem[] {
  const english = Object.entries(texts).flatMap(([what, text]) =>
    text === undefined || isChinese(text) ? [] : [what],
  )
  return translated && english.length > 0 ? [problem(english.join(', '))] : []
}
