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

/** Kinds that have a name, a sentence about what came of them and a page that shows it; others go by their own word. */
const known = {
  'models.synchronize': { name: 'synchronization', link: settings('synchronization') },
  'backup.create': { name: 'backup', link: settings('backups') },
  'backup.test': { name: 'backupTest', link: settings('backups') },
  'usage.recount': { name: 'recount', link: linkOptions({ to: '/admin/usage', search: { tab: 'quality' } }) },
  'user.bulk-limits': { name: 'bulkLimits', link: linkOptions({ to: '/admin/users' }) },
  'audit.verify': { name: 'auditVerification', link: linkOptions({ to: '/admin/audit' }) },
  'subscriptions.follow-restriction': { name: 'restriction', link: linkOptions({ to: '/admin/requests' }) },
} as const

function settings(section: string) {
  return linkOptions({ to: '/admin/settings/$section', params: { section } })
}

export type KnownJob = (typeof known)[keyof typeof known]

export const knownJob = (kind: string): KnownJob | undefined =>
  Object.entries(known).find(([one]) => one === kind)?.[1]

/** Figures of a result, for its sentence. A list counts as its length; what is neither is left out. */
export function figuresOf(result: Job['result']): Record<string, number> {
  const figures = Object.entries(result ?? {}).flatMap(([name, value]: [string, unknown]) => {
    if (typeof value === 'number') return [[name, value] as const]
    return Array.isArray(value) ? [[name, value.length] as const] : []
  })
  return Object.fromEntries(figures)
}
