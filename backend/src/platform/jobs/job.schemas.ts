import { Type, type Static } from '@sinclair/typebox'
import { Nullable, strictObject, StringEnum, Timestamp, Uuid } from '#platform/http'

export const JobStatus = StringEnum(
  ['queued', 'running', 'succeeded', 'failed', 'cancelled'],
  'The last three are final.',
)

const JobProgress = strictObject({
  done: Type.Integer({ minimum: 0, description: 'Units done; what a unit is, the kind knows.' }),
  total: Nullable(Type.Integer({ minimum: 0 }), { description: 'Null while nobody knows.' }),
  message: Nullable(Type.String({ maxLength: 500 })),
})

const JobError = strictObject({
  code: Type.String({ maxLength: 100 }),
  message: Type.String({ maxLength: 1000 }),
})

/** Work that takes longer than a request. Poll it, or follow `job.progress` and `job.finished` on the live stream. */
export const Job = strictObject(
  {
    id: Uuid(),
    organizationId: Uuid(),
    kind: Type.String({ maxLength: 100, description: 'What is done, `noun.verb`.' }),
    status: JobStatus,
    progress: JobProgress,
    result: Nullable(Type.Record(Type.String(), Type.Unknown()), {
      description: 'What came of it, by kind; null until it has succeeded.',
    }),
    error: Nullable(JobError, { description: 'Why it failed; null otherwise.' }),
    attempt: Type.Integer({
      minimum: 0,
      description: 'How often it was begun; more than 1 after a process died or a passing failure.',
    }),
    isCancelRequested: Type.Boolean(),
    createdBy: Nullable(Uuid(), { description: 'Whoever started it; null for a service client.' }),
    createdAt: Timestamp(),
    startedAt: Nullable(Timestamp()),
    finishedAt: Nullable(Timestamp()),
  },
  { $id: 'Job' },
)
export type Job = Static<typeof Job>
