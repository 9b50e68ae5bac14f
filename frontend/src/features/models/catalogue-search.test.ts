import { describe, expect, test } from 'vitest'
import { catalogueQueryOf, sortOf, valueOf } from './catalogue-search.ts'

describe('the filters of the catalogue', () => {
  test('are asked for as the API takes them', () => {
    expect(
      catalogueQueryOf({
        search: 'nova',
        provider: 'openai',
        ability: ['vision', 'reasoning'],
        isRestricted: false,
        maxInputPrice: 0.5,
        minContextLength: '32768',
        availability: 'available',
        mode: 'chat',
      }),
    ).toEqual({
      search: 'nova',
      provider: ['openai'],
      ability: ['vision', 'reasoning'],
      isRestricted: false,
      maxInputPrice: 0.5,
      minContextLength: 32_768,
      availability: 'available',
      mode: 'chat',
    })
  })

  test('leave out what makes no sense', () => {
    const wrong = { maxInputPrice: 'much', minContextLength: -1, availability: 'sometimes', provider: [] }
    expect(catalogueQueryOf({ ...wrong, nonsense: 'x', search: '' })).toEqual({})
    expect([sortOf('name'), sortOf('; drop table')]).toEqual(['name', undefined])
  })

  test('stand in the address as numbers and truths', () => {
    expect([valueOf('maxInputPrice', '0.5'), valueOf('isRestricted', 'false'), valueOf('mode', '1')]).toEqual(
      [0.5, false, '1'],
    )
    expect(valueOf('maxInputPrice', undefined)).toBeUndefined()
  })
})
