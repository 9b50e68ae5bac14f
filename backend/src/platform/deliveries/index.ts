/** Rows that must reach somebody outside: leased, tried, tried again, never lost with a process. What is sent, and where, is not known here. */
export { LeasedWorker, type LeasedWork } from './leased-worker.ts'
export { MAX_ATTEMPTS, retryDelaySeconds } from './retry.ts'
