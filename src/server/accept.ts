/** Whether an `Accept` header prefers a page to data: it lists HTML, and no data type before it. */
export function prefersHtml(accept: string): boolean {
  const html = quality(accept, /^(?:text\/html|application\/xhtml\+xml)$/)
  return html > 0 && html >= quality(accept, /^(?:application\/json|text\/plain)$/)
}

/** The highest `q` of the matching types; 1 if none is given, 0 if none matches. */
function quality(accept: string, type: RegExp): number {
  const qualities = accept.split(',').flatMap(range => {
    const [name = '', ...parameters] = range.split(';').map(part => part.trim().toLowerCase())
    if (!type.test(name)) return []
    const q = parameters.find(parameter => parameter.startsWith('q='))
    return [q === undefined ? 1 : Number(q.slice(2)) || 0]
  })
  return Math.max(0, ...qualities)
}
