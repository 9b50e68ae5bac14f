import { expect, test } from 'vitest'
import { changesOf, listChange } from './audit-changes.ts'

test('shows only what is different', () => {
  const before = { name: 'a', limit: 5, version: 1, updatedAt: 'x' }
  expect(changesOf(before, { name: 'a', limit: null, version: 2, updatedAt: 'y' })).toEqual([
    { field: 'limit', before: 5, after: null, kind: 'changed' },
  ])
})

test('looks inside of objects, not of lists', () => {
  expect(changesOf({ a: { b: 1, c: [1] } }, { a: { b: 2, c: [1] } })).toEqual([
    { field: 'a.b', before: 1, after: 2, kind: 'changed' },
  ])
})

test('shows all of what is new and of what is gone', () => {
  expect(changesOf(null, { name: 'a' })).toEqual([
    { field: 'name', before: undefined, after: 'a', kind: 'added' },
  ])
  expect(changesOf({ name: 'a' }, null)).toEqual([
    { field: 'name', before: 'a', after: undefined, kind: 'removed' },
  ])
})

test('takes fields that the later state does not name as unchanged', () => {
  expect(changesOf({ name: 'a', note: 'n' }, { name: 'b' })).toEqual([
    { field: 'name', before: 'a', after: 'b', kind: 'changed' },
  ])
})

test('has nothing to say about nothing', () => {
  expect(changesOf(null, null)).toEqual([])
})

test('tells what came to a list and what went', () => {
  expect(listChange(['a', 'b'], ['b', 'c'])).toEqual({ gone: ['a'], come: ['c'] })
  expect(listChange(['a'], 'a')).toBeUndefined()
})
