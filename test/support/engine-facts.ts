import * as semver from 'semver'

/** From which version on eKuiper does what earlier ones do not. */
const firstVersion = {
  /** Settings of a time are texts with a unit. */
  takesDurations: '2.0.0',
  /** An install or update fails when the plugin does not start. */
  waitsForPlugins: '2.0.0',
  /** Names in the answers of its REST API are quoted as in Go. */
  quotesNames: '2.0.0',
  /** The REST API refuses names of plugins that no plugin can have. */
  checksNames: '2.4.0',
}

export type Fact = keyof typeof firstVersion

export const isSince = (version: string, fact: Fact): boolean => semver.gte(version, firstVersion[fact])

/** What engines answer up to a version, the oldest first. */
export type Answers = readonly (readonly [before: string, answer: string])[]

export const answerBefore = (version: string, answers: Answers = []): string | undefined =>
  answers.find(([before]) => semver.lt(version, before))?.[1]
