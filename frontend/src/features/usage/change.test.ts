import { describe, expect, it } from 'vitest'
import { changeOf } from './change.ts'

describe('a change', () => {
  it('has a direction and a share of what was before', () => {
    expect(changeOf(150, 100, 'neutral')).toEqual({ direction: 'more', share: 0.5, tone: 'none' })
    expect(changeOf(50, 100, 'neutral')).toEqual({ direction: 'less', share: 0.5, tone: 'none' })
    expect(changeOf(100.001, 100, 'neutral').direction).toBe('same')
  })

  it('is good or bad by what the figure means', () => {
    expect(changeOf(2, 1, 'moreIsBad').tone).toBe('danger')
    expect(changeOf(1, 2, 'moreIsBad').tone).toBe('success')
    expect(changeOf(2, 1, 'moreIsGood').tone).toBe('success')
    expect(changeOf(1, 2, 'moreIsGood').tone).toBe('danger')
  })

  it('of shares is counted in points', () => {
    const { direction, share, tone } = changeOf(0.98, 0.97, 'moreIsGood', true)
    expect([direction, Math.round(share * 1000), tone]).toEqual(['more', 10, 'success'])
  })
})
