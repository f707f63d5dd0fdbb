/**
 * The name of a package in eKuiper, made from the npm name: without its scope, and with `_` instead of any character
 * that is not a letter, digit, `_` or `-`. `@acme/my.plugins` → `my_plugins`.
 */
export const packageNameFrom = (npmName: string): string =>
  npmName.replace(/^@[^/]*\//, '').replace(/[^A-Za-z0-9_-]/g, '_')

/** Why a text cannot be the name of a package. The name becomes a file, a channel and a part of URLs. */
export function packageNameAdvice(name: string): string | undefined {
  if (/^[A-Za-z0-9][A-Za-z0-9_-]{0,62}$/.test(name)) return undefined
  return `Invalid package name "${name}": use 1 to 63 letters, digits, "_" or "-", starting with a letter or digit`
}
