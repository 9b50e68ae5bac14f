import { expect, it } from 'vitest'
import { fitting } from './narrowing.ts'

const options = ['Ada', 'Alan', 'Grace'].map((name, index) => ({
  id: String(index),
  name,
  requests: 10 - index,
}))

it('finds by any part of the name, whatever its case, and says what it left out', () => {
  expect(fitting(options, ' A', 2)).toEqual({ shown: options.slice(0, 2), left: 1 })
  expect(fitting(options, 'RAC', 2)).toEqual({ shown: options.slice(2), left: 0 })
  expect(fitting([{ id: 'x1', name: null, requests: 1 }], 'X1', 5).shown).toHaveLength(1)
})
