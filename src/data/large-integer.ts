// An integer beyond 2^53 has 16 digits or more. The two scans below find 16 digits in a row: of the ways tried they cost
// least beside JSON.parse (test/bench/json.ts). A call of a regular expression costs more than the whole scan of a short
// text; in a long one, 16 single classes let the expression skip ahead, which \d{16} does not.
const shortText = 300
const longRun = /\b\d\d\d\d\d\d\d\d\d\d\d\d\d\d\d\d/
const runLength = 16

// Not the digits of a fraction, of a number with an exponent or of a 16-digit integer below 9e15.
// Inside a string it may match too, which costs time but changes nothing.
const largeInteger = /(?:^|[\s[,:-])(?:9\d{15}|[1-9]\d{16,})(?![\d.eE])/

/** Whether a JSON text may hold an integer that `JSON.parse` would round. `false` is certain, `true` is not. */
export function mayHoldLargeInteger(text: string): boolean {
  const candidate = text.length < shortText ? hasLongRun(text) : longRun.test(text)
  return candidate && largeInteger.test(text)
}

// Looks at every 16th character, and back from it only while there are digits.
function hasLongRun(text: string): boolean {
  let end = runLength - 1
  while (end < text.length) {
    let at = end
    while (at > end - runLength && isDigit(text.charCodeAt(at))) at--
    if (at === end - runLength) return true
    end = at + runLength
  }
  return false
}

function isDigit(code: number): boolean {
  return code > 47 && code < 58
}
