import { expect, test } from 'vitest'
import { auditQueryOf, readAuditFilters } from './audit-search.ts'

const now = Date.parse('2026-03-10T12:00:00Z')
const asked = (search: Record<string, unknown>) => auditQueryOf(readAuditFilters(search), now)

test('hands over what it knows and leaves out what it does not', () => {
  expect(asked({ category: 'api-key', result: 'refused', in: 'all', page: 3, colour: 'red' })).toEqual({
    category: 'api-key',
    result: 'refused',
  })
  expect(asked({ result: 'perhaps', period: 'forever' })).toEqual({})
})

test('counts a period back from now', () => {
  expect(asked({ period: '7d' })).toEqual({ from: '2026-03-03T12:00:00.000Z' })
})

test('takes both days in full, and days before a period', () => {
  expect(asked({ from: '2026-03-01', to: '2026-03-02', period: '1d' })).toEqual({
    from: '2026-03-01T00:00:00Z',
    to: '2026-03-03T00:00:00.000Z',
  })
})

test('reads an id that looks like a number as text', () => {
  expect(asked({ requestId: 12345 })).toEqual({ requestId: '12345' })
})

test('does not search for a single letter', () => {
  expect(asked({ search: 'a', action: 'team.created' })).toEqual({ action: 'team.created' })
})
