import { describe, expect, it } from 'vitest'
import { callQueryOf } from './call-search.ts'

describe('filters of calls in the address', () => {
  it('become a query, numbers written as text as well', () => {
    expect(
      callQueryOf({
        outcome: 'error',
        errorCode: 'x',
        requestId: ' r ',
        minDurationMs: '5000',
        minCost: 0.01,
        sort: 'at',
      }),
    ).toEqual({
      outcome: 'error',
      errorCode: 'x',
      requestId: 'r',
      minDurationMs: 5000,
      minCost: 0.01,
      sort: 'at',
    })
  })

  it('are left out where the server would refuse them', () => {
    expect(
      callQueryOf({ outcome: 'maybe', minDurationMs: -3, minCost: 'much', sort: '-cost', requestId: ' ' }),
    ).toEqual({})
  })
})
