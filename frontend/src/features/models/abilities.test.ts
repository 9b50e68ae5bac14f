import { describe, expect, test } from 'vitest'
import { inWords, shownAbilities } from './abilities.ts'

describe('abilities', () => {
  test('come in the order in which people look for them, unknown ones last', () => {
    expect(shownAbilities(['zeta', 'tool_choice', 'chat', 'alpha', 'vision', 'embeddings'])).toEqual([
      'vision',
      'tool_choice',
      'alpha',
      'zeta',
    ])
  })

  test('are words, even when nobody has named them yet', () => {
    expect(inWords('hover_over-things')).toBe('Hover over things')
  })
})
