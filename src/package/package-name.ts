/**
 * The name that eKuiper knows a package by, made of the npm name: without its scope, and with `_` for what is neither
 * letter, digit, `_` nor `-`. `@acme/my.plugins` → `my_plugins`.
 */
export const packageNameFrom = (npmName: string): string =>
  npmName.replace(/^@[^/]*\//, '').replace(/[^A-Za-z0-9_-]/g, '_')

/** Why a text cannot be the name of a package: it becomes a file, a channel and a part of URLs. */
export function packageNameAdvice(name: string): string | undefined {
  if (/^[A-Za-z0-9][A-Za-z0-9_-]{0,62}$/.test(name)) return undefined
  return `Package name "${name}" must be 1 to 63 letters, digits, "_" or "-", beginning with a letter or digit`
}
