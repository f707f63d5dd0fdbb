export const bootProject = async (..._a: unknown[]): Promise<never[]> => []
