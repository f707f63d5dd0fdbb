/** Whether an `Accept` header wants a page rather than data: it names HTML, and nothing of data above it. */
export function prefersHtml(accept: string): boolean {
  const html = quality(accept, /^(?:text\/html|application\/xhtml\+xml)$/)
  return html > 0 && html >= quality(accept, /^(?:application\/json|text\/plain)$/)
}

/** The highest `q` of the types that match, 1 where none is given, 0 where none matches. */
function quality(accept: string, type: RegExp): number {
  const qualities = accept.split(',').flatMap(range => {
    const [name = '', ...parameters] = range.split(';').map(part => part.trim().toLowerCase())
    if (!type.test(name)) return []
    const q = parameters.find(parameter => parameter.startsWith('q='))
    return [q === undefined ? 1 : Number(q.slice(2)) || 0]
  })
  return Math.max(0, ...qualities)
}
