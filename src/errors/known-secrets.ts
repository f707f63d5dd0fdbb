// Shorter texts occur in messages by accident.
const shortest = 6

/** The longest first, since one may contain another. */
let known: readonly string[] = []

/** From now on, `withoutKnownSecrets` hides this text. A process knows the secrets that it has read. */
export function rememberSecret(secret: string): void {
  if (secret.length < shortest || known.includes(secret)) return
  known = [...known, secret].toSorted((a, b) => b.length - a.length)
}

/** Hides the secrets that this process has read, whatever quotes them: the error of a library may hold a password. */
export const withoutKnownSecrets = (text: string): string =>
  known.reduce((rest, secret) => rest.replaceAll(secret, '***'), text)
