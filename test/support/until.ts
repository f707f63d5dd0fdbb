export { until } from '../../src/waiting/until.js'
