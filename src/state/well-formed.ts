/** Whether a text has no half of a surrogate pair: UTF-8 has no bytes for one. */
export function isWellFormed(text: string): boolean {
  // Node 20 has the method; the es2023 library does not name it yet.
  return (text as string & { isWellFormed(): boolean }).isWellFormed()
}
