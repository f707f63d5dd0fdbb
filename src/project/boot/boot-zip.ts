export const bootZip = async (..._a: unknown[]): Promise<never[]> => []
