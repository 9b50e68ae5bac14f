import type { Success } from '@litemaas/client'
import { linkOptions } from '@tanstack/react-router'

export type Job = Success<'getJob'>['data']

export const isOver = (job: Pick<Job, 'status'>): boolean =>
  job.status === 'succeeded' || job.status === 'failed' || job.status === 'cancelled'

/** Between 0 and 100; undefined while nobody knows how much there is to do. */
export function percentOf({ done, total }: Job['progress']): number | undefined {
  if (total === null || total <= 0) return undefined
  return Math.min(100, Math.floor((done / total) * 100))
}

/** Kinds that have a name, a sentence about what came of them, with the figures it needs, and a page that shows it. */
const known = {
  'models.synchronize': {
    name: 'synchronization',
    figures: ['added', 'updated', 'gone'],
    link: settings('synchronization'),
  },
  'backup.create': { name: 'backup', figures: ['rows', 'tables', 'bytes'], link: settings('backups') },
  'backup.test': { name: 'backupTest', figures: ['rows', 'tables'], link: settings('backups') },
  'usage.recount': {
    name: 'recount',
    figures: ['callsThere', 'missingHere', 'booked'],
    link: linkOptions({ to: '/admin/usage', search: { tab: 'quality' } }),
  },
  'user.bulk-limits': {
    name: 'bulkLimits',
    figures: ['changed', 'unchanged', 'refused'],
    link: linkOptions({ to: '/admin/users' }),
  },
  'audit.verify': { name: 'auditVerification', figures: [], link: linkOptions({ to: '/admin/audit' }) },
  'subscriptions.follow-restriction': {
    name: 'restriction',
    figures: ['moved'],
    link: linkOptions({ to: '/admin/requests' }),
  },
} as const

function settings(section: string) {
  return linkOptions({ to: '/admin/settings/$section', params: { section } })
}

export type KnownJob = (typeof known)[keyof typeof known]

export const knownJob = (kind: string): KnownJob | undefined =>
  Object.entries(known).find(([one]) => one === kind)?.[1]

export const knownJobs: readonly KnownJob[] = Object.values(known)

type Sentence = Exclude<KnownJob['name'], 'auditVerification'> | 'auditIntact' | 'auditBroken' | 'finished'

export interface Outcome {
  readonly sentence: Sentence
  readonly figures: Readonly<Record<string, number>>
}

/** What came of a job that succeeded: a sentence and the figures in it, or that it has finished where a figure is missing. */
export function outcomeOf({ kind, result }: Pick<Job, 'kind' | 'result'>): Outcome {
  const finished: Outcome = { sentence: 'finished', figures: {} }
  const job = knownJob(kind)
  if (!job || result === null) return finished
  if (job.name === 'auditVerification') {
    const isIntact = result['isIntact']
    if (typeof isIntact !== 'boolean') return finished
    return { sentence: isIntact ? 'auditIntact' : 'auditBroken', figures: {} }
  }
  const figures: Record<string, number> = {}
  for (const name of job.figures) {
    const value = result[name]
    if (typeof value !== 'number') return finished
    figures[name] = value
  }
  return { sentence: job.name, figures }
}
