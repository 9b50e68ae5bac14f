/** Work beside requests: what repeats while the process lives, and what somebody asked for and waits for. What it is, other rooms know. */
export { deleteOldJobs, jobColumns, JOBS_CHANNEL } from './job.queries.ts'
export { JobRunner, type RunningJob } from './job-runner.ts'
export { Job, JobStatus } from './job.schemas.ts'
export { Periodic } from './periodic.ts'
