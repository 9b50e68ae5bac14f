import { expect, it } from 'vitest'
import { figuresOf, isOver, knownJob, percentOf } from './job-state.ts'

it('knows no share before it knows the whole', () => {
  expect(percentOf({ done: 3, total: null, message: null })).toBeUndefined()
  expect(percentOf({ done: 0, total: 0, message: null })).toBeUndefined()
})

it('never says that all is done too early, nor more than all', () => {
  expect(percentOf({ done: 999, total: 1000, message: null })).toBe(99)
  expect(percentOf({ done: 12, total: 10, message: null })).toBe(100)
})

it('takes a job as over only in a final state', () => {
  expect((['queued', 'running'] as const).some((status) => isOver({ status }))).toBe(false)
  expect((['succeeded', 'failed', 'cancelled'] as const).every((status) => isOver({ status }))).toBe(true)
})

it('counts lists and leaves words out', () => {
  expect(figuresOf({ added: 2, rejected: ['a', 'b', 'c'], sha256: 'ab', isIntact: true })).toEqual({
    added: 2,
    rejected: 3,
  })
  expect(figuresOf(null)).toEqual({})
})

it('has a name for what this product does, and none for what it does not know', () => {
  expect(knownJob('backup.create')?.name).toBe('backup')
  expect(knownJob('something.else')).toBeUndefined()
})
