import { expect, test } from 'vitest'
import { createCipher } from './index.ts'

const [k1, k2] = ['first-key-'.padEnd(40, 'a'), 'second-key-'.padEnd(40, 'b')]

test('opens what it sealed, and seals differently every time', () => {
  const cipher = createCipher({ current: k1 })
  const sealed = cipher.seal('sk-litellm-ü', 'row 1')
  expect(cipher.open(sealed, 'row 1')).toBe('sk-litellm-ü')
  expect(cipher.seal('sk-litellm-ü', 'row 1').equals(sealed)).toBe(false)
  expect(sealed.toString('latin1')).not.toContain('sk-litellm')
})

test('refuses another context, another key, and any changed or cut byte', () => {
  const cipher = createCipher({ current: k1 })
  const sealed = cipher.seal('secret', 'row 1')
  expect(() => cipher.open(sealed, 'row 2')).toThrow(/cannot be opened/)
  expect(() => createCipher({ current: k2 }).open(sealed, 'row 1')).toThrow(/cannot be opened/)
  for (let index = 0; index < sealed.length; index += 1) {
    const changed = Buffer.from(sealed)
    changed[index] = (changed[index] ?? 0) ^ 1
    expect(() => cipher.open(changed, 'row 1')).toThrow()
    expect(() => cipher.open(sealed.subarray(0, index), 'row 1')).toThrow()
  }
})

test('the previous key still opens and no longer seals', () => {
  const old = createCipher({ current: k1 }).seal('secret', 'row')
  const rotated = createCipher({ current: k2, previous: k1 })
  expect(rotated.open(old, 'row')).toBe('secret')
  expect(() => createCipher({ current: k1 }).open(rotated.seal('new', 'row'), 'row')).toThrow()
})

test('a short key is refused', () => {
  expect(() => createCipher({ current: 'short' })).toThrow(/32/)
})
