import { describe, expect, test } from 'vitest'
import { knownMode, mainPrices, priceLines } from './model-kind.ts'

const none = {
  inputPricePerMillion: null,
  cachedInputPricePerMillion: null,
  outputPricePerMillion: null,
  pricePerRequest: null,
}

describe('prices of a model', () => {
  test('an unknown price is not a price of zero', () => {
    expect(priceLines(none)).toEqual([])
    expect(priceLines({ ...none, inputPricePerMillion: 0 })).toEqual([{ kind: 'input', usd: 0 }])
  })

  test('a model that only reads shows no price of writing', () => {
    const prices = { ...none, inputPricePerMillion: 0.1, outputPricePerMillion: 0 }
    expect(mainPrices({ ...prices, mode: 'embedding' }).map(({ kind }) => kind)).toEqual(['input'])
    expect(mainPrices({ ...prices, mode: 'chat' }).map(({ kind }) => kind)).toEqual(['input', 'output'])
  })

  test('pictures are paid by the call', () => {
    expect(mainPrices({ ...none, pricePerRequest: 0.04, mode: 'image_generation' })).toEqual([
      { kind: 'request', usd: 0.04 },
    ])
  })
})

test('the older name of a kind counts as the newer one', () => {
  expect([knownMode('text_completion'), knownMode('hologram')]).toEqual(['completion', undefined])
})
