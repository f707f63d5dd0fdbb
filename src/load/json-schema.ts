// A file of its own in dist: it is a third of zod, which few plugins need, and every start would read.
export { toJSONSchema } from 'zod/mini'
