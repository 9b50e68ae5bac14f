import { Type, type Static } from '@sinclair/typebox'
import { pageQuery, strictObject, StringEnum, Uuid } from '#platform/http'
import { JobStatus } from '#platform/jobs'

const filters = {
  status: Type.Optional(JobStatus),
  kind: Type.Optional(Type.String({ minLength: 1, maxLength: 100, description: 'Exactly this kind.' })),
  sort: StringEnum(['-createdAt', 'createdAt', '-finishedAt', 'finishedAt'], 'A minus sorts downwards.'),
}

export const JobListQuery = strictObject({
  ...pageQuery,
  ...filters,
  sort: Type.Optional(filters.sort),
})
export type JobListQuery = Static<typeof JobListQuery>

export const AllJobsQuery = strictObject({
  ...JobListQuery.properties,
  createdBy: Type.Optional(Uuid('Whoever started it.')),
})
export type AllJobsQuery = Static<typeof AllJobsQuery>
