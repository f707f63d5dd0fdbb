/** The oldest Node.js that runs kplug, and the packages that it makes. */
export const oldestNode = '20.19.0'
