import { withoutKnownSecrets } from './known-secrets.js'

/** Hides secrets that this process has read, the user name and password of URLs, and the values of parameters that are named like secrets. */
export const withoutSecrets = (text: string): string =>
  withoutKnownSecrets(text)
    .replace(/\b([a-z][a-z\d+.-]{0,20}:\/\/)[^\s/?#"'<>]{1,1000}@/gi, '$1***@')
    .replace(
      /([?&](?:[\w-]{0,40}[_-])?(?:token|password|passwd|pwd|secret|key|apikey|auth|signature|sig)=)[^&#\s"']+/gi,
      '$1***',
    )
