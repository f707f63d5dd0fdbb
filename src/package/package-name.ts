/**
 * The name of a package in eKuiper, made from the npm name: without its scope, and with `_` instead of any character
 * that is not a letter, digit, `_` or `-`. `@acme/my.plugins` → `my_plugins`.
 */
export const packageNameFrom = (npmName: string): string =>
  npmName.replace(/^@[^/]*\//, '').replace(/[^A-Za-z0-9_-]/g, '_')

/** Whether a text can be the name of a package. The name becomes a file, a channel and a part of URLs. */
export const isPackageName = (text: string): boolean => /^[A-Za-z0-9][A-Za-z0-9_-]{0,62}$/.test(text)
