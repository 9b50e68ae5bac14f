/** Work that repeats while the process lives. What the work is, other rooms know. */
export { Periodic } from './periodic.ts'
