/**
 * Starts esbuild's own process, which gets ready while the rest of a command loads: as long as both take apart, the
 * bundling costs one of the two. Never fails, since the build itself tells what is wrong with esbuild.
 */
export async function startBundler(): Promise<void> {
  try {
    const { initialize } = await import('esbuild')
    await initialize({})
  } catch {
    // It runs already, or cannot.
  }
}
