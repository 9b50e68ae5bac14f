import { expect, test } from 'vitest'
import { busyOptions } from './command.ts'

const now = new Date('2026-03-04T10:00:00Z')

test('everything ends at the last midnight unless told otherwise', () => {
  expect(busyOptions({ seed: 7 }, now)).toEqual({
    seed: 7,
    months: 3,
    scale: 1,
    until: new Date('2026-03-04'),
  })
  expect(busyOptions({ seed: 7, until: '2026-02-01', months: '1', scale: '0.5' }, now)).toEqual({
    seed: 7,
    months: 1,
    scale: 0.5,
    until: new Date('2026-02-01'),
  })
})

test.each([
  { months: '0' },
  { months: '1.5' },
  { months: 'x' },
  { scale: '0' },
  { scale: '9' },
  { until: '2026-03-05' },
  { until: 'tomorrow' },
  { until: '2026-02-01T10:00:00Z' },
])('%j is refused', (values) => {
  expect(() => busyOptions({ seed: 7, ...values }, now)).toThrow(/^--\w+ takes/)
})
