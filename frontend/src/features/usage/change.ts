export type Meaning = 'moreIsGood' | 'moreIsBad' | 'neutral'

export interface Change {
  readonly direction: 'more' | 'less' | 'same'
  /** Of the earlier figure; of shares the difference itself. */
  readonly share: number
  readonly tone: 'success' | 'danger' | 'none'
}

/** Less than a thousandth is nothing that anybody would call a change. */
const LEAST = 0.0005

export function changeOf(now: number, before: number, meaning: Meaning, isShare = false): Change {
  const difference = isShare ? now - before : before === 0 ? 0 : (now - before) / before
  const share = Math.abs(difference)
  if (share < LEAST) return { direction: 'same', share: 0, tone: 'none' }
  const direction = difference > 0 ? 'more' : 'less'
  if (meaning === 'neutral') return { direction, share, tone: 'none' }
  const isGood = (direction === 'more') === (meaning === 'moreIsGood')
  return { direction, share, tone: isGood ? 'success' : 'danger' }
}
