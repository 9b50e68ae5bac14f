import { describe, expect, it } from 'vitest'
import { findingsOf, type Health } from './health.ts'

const NOW = new Date('2026-03-10T12:00:00Z')
const unknown: Health = {
  readiness: undefined,
  synchronization: undefined,
  drift: undefined,
  models: undefined,
  backup: undefined,
  deadReports: undefined,
  ledger: undefined,
}
const kinds = (health: Partial<Health>) => findingsOf({ ...unknown, ...health }, NOW).map(({ kind }) => kind)

const backup = {
  id: 'b',
  bytes: 1,
  createdAt: '2026-03-09T00:00:00Z',
  createdBy: null,
  fileName: 'f',
  finishedAt: null,
  note: null,
  rows: 1,
  sha256: null,
  source: 'litemaas' as const,
  status: 'ready' as const,
  testMessage: null,
  testResult: null,
  testedAt: null,
}

describe('what needs an administrator', () => {
  it('is nothing while nothing is known', () => {
    expect(kinds({})).toEqual([])
  })

  it('is a backup that is missing, failed or old', () => {
    expect(kinds({ backup: null })).toEqual(['neverBackedUp'])
    expect(kinds({ backup })).toEqual([])
    expect(kinds({ backup: { ...backup, status: 'failed' } })).toEqual(['backupFailed'])
    expect(kinds({ backup: { ...backup, createdAt: '2026-03-01T00:00:00Z' } })).toEqual(['backupOld'])
  })

  it('is what differs from LiteLLM, unless both agree', () => {
    const drift = {
      checkedAt: '',
      isInAgreement: false,
      added: ['a'],
      updated: [],
      gone: ['b'],
      rejected: [],
      waiting: ['c'],
      refused: [],
    }
    expect(findingsOf({ ...unknown, drift }, NOW)).toEqual([{ kind: 'drift', tone: 'warning', count: 2 }])
    expect(kinds({ drift: { ...drift, isInAgreement: true } })).toEqual([])
  })

  it('begins with what is worst', () => {
    const readiness = {
      status: 'degraded' as const,
      degraded: ['litellm'],
      dependencies: { database: 'up' as const, litellm: 'down' as const, notifications: 'up' as const },
      isDraining: false,
    }
    expect(kinds({ deadReports: 3, readiness, backup: null })).toEqual([
      'down',
      'neverBackedUp',
      'deadReports',
    ])
  })
})
