/**
 * Starts esbuild's own process, so that it gets ready while the rest of a command loads. Never fails: the build itself
 * reports what is wrong with esbuild.
 */
export async function startEsbuild(): Promise<void> {
  try {
    const { initialize } = await import('esbuild')
    await initialize({})
  } catch {
    // esbuild already runs, or it cannot start, which the build reports.
  }
}
