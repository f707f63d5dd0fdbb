import { execFileSync } from 'node:child_process'

/** The command of a Chromium that is installed; undefined without one. */
export const installedBrowser = (): string | undefined =>
  ['chromium', 'chromium-browser', 'google-chrome', 'chrome'].find(isThere)

function isThere(command: string): boolean {
  try {
    execFileSync(command, ['--version'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}
