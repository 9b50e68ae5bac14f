import { expect, test } from 'vitest'
import { readReport } from './verification.ts'

const chain = { organizationId: 'o', organizationName: 'Org', verified: 7, unchained: 1, head: 'ab' }

test('reads chains, whole and broken', () => {
  const result = {
    isIntact: false,
    chains: [chain, { ...chain, break: { position: 3, rowId: 'r', reason: 'end moved' } }],
  }
  expect(readReport(result)?.map((one) => one.break)).toEqual([null, { position: 3, reason: 'moved' }])
})

test('never takes a break that it does not know for none', () => {
  const result = { chains: [{ ...chain, break: { position: 3, reason: 'something new' } }] }
  expect(readReport(result)?.[0]?.break).toEqual({ position: 3, reason: 'changed' })
})

test('knows nothing of other results', () => {
  expect(readReport(null)).toBeUndefined()
  expect(readReport({ added: 3 })).toBeUndefined()
})
