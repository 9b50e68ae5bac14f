import { expect, test } from 'vitest'
import { similarity, vectorsOf } from './vectors.ts'

test('the same direction is the same, a right angle nothing, and nothing is like nothing', () => {
  expect(similarity([1, 2], [2, 4])).toBeCloseTo(1)
  expect(similarity([1, 0], [0, 3])).toBe(0)
  expect(similarity([0, 0], [1, 1])).toBe(0)
})

test('vectors and tokens are read, and what is no vector is left out', () => {
  const answer = { data: [{ embedding: [1, 2] }, { embedding: 'base64' }], usage: { prompt_tokens: 4 } }
  expect(vectorsOf(answer)).toEqual({ vectors: [[1, 2]], tokens: 4 })
  expect(vectorsOf('odd')).toEqual({ vectors: [], tokens: 0 })
})
