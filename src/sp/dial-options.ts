/** The options of every socket that dials. */
export interface DialOptions {
  /** The unix socket to dial. */
  path: string
  onConnect?: (() => void) | undefined
  onLoss?: ((reason: Error) => void) | undefined
  /** Nobody accepted the connection. The next try is in `pause` milliseconds. */
  onRetry?: ((reason: Error, pause: number) => void) | undefined
}
