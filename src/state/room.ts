/** A buffer with room for `size` bytes after the first `length`: the same one, or a larger copy of it. */
export function withRoom(bytes: Buffer<ArrayBuffer>, length: number, size: number): Buffer<ArrayBuffer> {
  if (length + size <= bytes.length) return bytes
  const larger = Buffer.allocUnsafeSlow(Math.max(bytes.length * 2, length + size))
  bytes.copy(larger, 0, 0, length)
  return larger
}
