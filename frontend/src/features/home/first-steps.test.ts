import { describe, expect, it } from 'vitest'
import { stepsOf, type Progress } from './first-steps.ts'

const statesOf = (progress: Partial<Progress>) =>
  stepsOf({
    subscriptions: { active: 0, pending: 0 },
    keys: { active: 0 },
    hasCalled: false,
    ...progress,
  }).map(({ state }) => state)

describe('the first steps', () => {
  it('begin with a model', () => {
    expect(statesOf({})).toEqual(['current', 'later', 'later'])
    expect(statesOf({ subscriptions: { active: 0, pending: 1 } })).toEqual(['waiting', 'later', 'later'])
  })

  it('go on with a key, and end with a call', () => {
    expect(statesOf({ subscriptions: { active: 1, pending: 1 } })).toEqual(['done', 'current', 'later'])
    expect(statesOf({ subscriptions: { active: 1, pending: 0 }, keys: { active: 1 } })).toEqual([
      'done',
      'done',
      'current',
    ])
    expect(statesOf({ hasCalled: true })).toEqual(['done', 'done', 'done'])
  })
})
