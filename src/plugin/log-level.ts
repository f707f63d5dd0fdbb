export type Level = 'debug' | 'info' | 'warn' | 'error'

/** From the least to the gravest. */
export const levels: readonly Level[] = ['debug', 'info', 'warn', 'error']

export const levelFrom = (text: string | undefined): Level | undefined => levels.find(level => level === text)
