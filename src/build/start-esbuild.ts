/**
 * Starts esbuild's process early, so that it is ready when the rest of a command has loaded. Never fails: the build
 * reports esbuild's errors.
 */
export async function startEsbuild(): Promise<void> {
  try {
    const { initialize } = await import('esbuild')
    await initialize({})
  } catch {
    // esbuild is already running, or it cannot start, which the build reports.
  }
}
