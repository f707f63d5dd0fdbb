/** The versions whose engine ends when a plugin refuses a start that is replayed after an update. */
export const panicking = '>=2.0.0 <2.1.1'

/** The versions that kplug cannot update and watch packages in. */
export const unsupported = '<2.0.0'

/** The versions that the tests of kplug run with. */
export const tested = '>=1.14.0 <2.5.0'
