// An integer beyond 2^53 has 16 digits or more. The two scans below look for 16 digits in a row. Of the measured
// variants they cost least compared with JSON.parse (test/bench/json.ts). For a short text, a call of a regular
// expression costs more than the whole scan. For a long text, 16 single classes let the expression skip ahead, which
// \d{16} does not.
const shortText = 300
const longRun = /\b\d\d\d\d\d\d\d\d\d\d\d\d\d\d\d\d/
const runLength = 16

// Excludes the digits of a fraction, of a number with an exponent, and 16-digit integers below 9e15.
// It may also match inside a string, which costs time but does not change the result.
const largeInteger = /(?:^|[\s[,:-])(?:9\d{15}|[1-9]\d{16,})(?![\d.eE])/

/** Whether a JSON text may hold an integer that `JSON.parse` would round. `false` is certain, `true` is not. */
export function mayHoldLargeInteger(text: string): boolean {
  const candidate = text.length < shortText ? hasLongRun(text) : longRun.test(text)
  return candidate && largeInteger.test(text)
}

// Looks at every 16th character, and scans back from it only over digits.
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
