import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseExactJson } from './exact-json.ts'
import { parseDecimalNano, parsePriceNanoPerMillion, usdNumber } from './prices.ts'

describe('prices per token', () => {
  test.each([
    ['1.5e-07', 150_000_000n],
    ['1.5E-7', 150_000_000n],
    ['0.00000015', 150_000_000n],
    ['1e-06', 1_000_000_000n],
    ['9.199999999999999e-05', 92_000_000_000n],
    ['0', 0n],
    ['0.0', 0n],
    ['0e400', 0n],
    ['3e-16', 1n],
    ['1e-99', 1n],
  ])('%s USD a token is %s nano-USD a million', (text, expected) => {
    expect(parsePriceNanoPerMillion(text)).toBe(expected)
  })

  test.each([
    '',
    ' 1',
    '-1e-6',
    'NaN',
    'Infinity',
    '1e-6x',
    '0x10',
    '1e9999',
    '9e15',
    '1'.repeat(65),
    'None',
    '.5',
    '1_0',
  ])('%j is no price', (text) => expect(parsePriceNanoPerMillion(text)).toBeUndefined())

  test('is exact and never below what was asked, however it is written', () => {
    fc.assert(
      fc.property(fc.bigInt(1n, 10n ** 15n), fc.integer({ min: -20, max: 0 }), (digits, exponent) => {
        const price = parsePriceNanoPerMillion(`${digits}e${exponent}`)
        // digits * 10^exponent * 10^15, compared without floats and without the parser's own arithmetic.
        const numerator = digits * 10n ** 15n
        const denominator = 10n ** BigInt(-exponent)
        const rounded = numerator / denominator + (numerator % denominator === 0n ? 0n : 1n)
        expect(price).toBe(rounded <= 9_000_000_000_000_000n ? rounded : undefined)
      }),
    )
  })

  test('scientific and plain notation agree', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 999_999_999 }), (nano) => {
        const plain = `0.${String(nano).padStart(9, '0')}`
        expect(parseDecimalNano(plain)).toBe(BigInt(nano))
        expect(parseDecimalNano(`${nano}e-9`)).toBe(BigInt(nano))
      }),
    )
  })
})

test('an amount survives the way to LiteLLM and back', () => {
  fc.assert(
    fc.property(fc.bigInt(0n, 9_000_000_000_000_000n), (nano) => {
      const back = parseDecimalNano(JSON.stringify(usdNumber(nano)))
      expect(back).toBeDefined()
      const difference = (back ?? 0n) - nano
      expect(difference >= -1n && difference <= 1n).toBe(true)
    }),
  )
})

test('money is read as the text that was sent, other numbers as numbers', () => {
  const text =
    '{"input_cost_per_token":1.50e-07,"max_tokens":4096,"spend":9.199999999999999e-05,"max_budget":10.00,"nested":[{"cache_read_input_token_cost":0}],"cost_note":"x"}'
  expect(parseExactJson(text)).toEqual({
    input_cost_per_token: '1.50e-07',
    max_tokens: 4096,
    spend: '9.199999999999999e-05',
    max_budget: '10.00',
    nested: [{ cache_read_input_token_cost: '0' }],
    cost_note: 'x',
  })
})
