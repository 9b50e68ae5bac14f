import type { Success } from '@litemaas/client'

export interface Health {
  readonly readiness: Success<'getReadiness'> | undefined
  readonly synchronization: Success<'listModelSynchronizations'>['data'][number] | null | undefined
  readonly drift: Success<'getModelDrift'>['data'] | undefined
  readonly models: Success<'getModelStatistics'>['data'] | undefined
  readonly backup: Success<'listBackups'>['data'][number] | null | undefined
  readonly deadReports: number | undefined
  readonly ledger: Success<'listLedgerChecks'>['data'][number] | null | undefined
}

export type Finding =
  | { readonly kind: 'down'; readonly tone: 'danger'; readonly name: string }
  | {
      readonly kind: 'synchronizationFailed'
      readonly tone: 'danger'
      readonly at: string
      readonly message: string | null
    }
  | { readonly kind: 'drift'; readonly tone: 'warning'; readonly count: number }
  | { readonly kind: 'unavailable'; readonly tone: 'warning'; readonly count: number }
  | { readonly kind: 'unpriced'; readonly tone: 'warning'; readonly count: number }
  | { readonly kind: 'neverBackedUp'; readonly tone: 'warning' }
  | { readonly kind: 'backupFailed'; readonly tone: 'danger'; readonly at: string }
  | { readonly kind: 'backupOld'; readonly tone: 'warning'; readonly at: string }
  | { readonly kind: 'deadReports'; readonly tone: 'warning'; readonly count: number }
  | { readonly kind: 'ledger'; readonly tone: 'danger'; readonly count: number }

const OLD_BACKUP_MS = 7 * 86_400_000

/** What an administrator should do something about; what is not known (yet) is no finding. The worst first. */
export function findingsOf(health: Health, now: Date): readonly Finding[] {
  const found = [
    ...ofServices(health),
    ...ofModels(health),
    ...ofBackup(health.backup, now),
    ...ofLedger(health),
  ]
  return found.toSorted((a, b) => Number(b.tone === 'danger') - Number(a.tone === 'danger'))
}

function ofServices({ readiness, synchronization }: Health): Finding[] {
  const down = Object.entries(readiness?.dependencies ?? {}).filter(([, state]) => state !== 'up')
  const failed = synchronization && synchronization.result !== 'success' ? [synchronization] : []
  return [
    ...down.map(([name]) => ({ kind: 'down' as const, tone: 'danger' as const, name })),
    ...failed.map(({ finishedAt, message }) => ({
      kind: 'synchronizationFailed' as const,
      tone: 'danger' as const,
      at: finishedAt,
      message,
    })),
  ]
}

function ofModels({ drift, models }: Health): Finding[] {
  const differences =
    drift === undefined || drift.isInAgreement
      ? 0
      : drift.added.length +
        drift.updated.length +
        drift.gone.length +
        drift.rejected.length +
        drift.refused.length
  return [
    ...counted('drift', differences),
    ...counted('unavailable', models?.unavailable ?? 0),
    ...counted('unpriced', models?.withoutPrice ?? 0),
  ]
}

function ofBackup(backup: Health['backup'], now: Date): Finding[] {
  if (backup === undefined) return []
  if (backup === null) return [{ kind: 'neverBackedUp', tone: 'warning' }]
  const { status, createdAt: at } = backup
  if (status === 'failed') return [{ kind: 'backupFailed', tone: 'danger', at }]
  return now.getTime() - Date.parse(at) > OLD_BACKUP_MS ? [{ kind: 'backupOld', tone: 'warning', at }] : []
}

function ofLedger({ deadReports = 0, ledger }: Health): Finding[] {
  const differences = ledger?.differences ?? 0
  return [
    ...counted('deadReports', deadReports),
    ...(differences > 0 ? [{ kind: 'ledger' as const, tone: 'danger' as const, count: differences }] : []),
  ]
}

function counted(kind: 'drift' | 'unavailable' | 'unpriced' | 'deadReports', count: number): Finding[] {
  return count > 0 ? [{ kind, tone: 'warning', count }] : []
}
