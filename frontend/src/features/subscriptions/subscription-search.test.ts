import { expect, test } from 'vitest'
import { readQuery, readQueueQuery } from './subscription-search.ts'

const page = { limit: 20, offset: 0 }

test('one’s own list is asked for as the API takes it', () => {
  expect(readQuery({ ...page, search: 70, status: 'denied', sort: '-status' })).toEqual({
    ...page,
    search: '70',
    status: 'denied',
    sort: '-status',
  })
  expect(readQuery({ ...page, status: 'lost', sort: 'username', tab: 'x' })).toEqual(page)
})

test('the queue begins at a whole day', () => {
  const now = Date.parse('2026-11-21T15:30:00Z')
  expect(readQueueQuery({ ...page, within: 7, isRestricted: 'false', sort: 'username' }, now)).toEqual({
    ...page,
    requestedFrom: '2026-11-14T00:00:00.000Z',
    isRestricted: false,
    sort: 'username',
  })
  expect(readQueueQuery({ ...page, within: 'ever', modelId: 3 }, now)).toEqual(page)
})
