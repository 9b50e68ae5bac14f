/** Work that repeats while the process lives. What the work is, other rooms know. */
export { Periodic, type PeriodicOptions } from './periodic.ts'
