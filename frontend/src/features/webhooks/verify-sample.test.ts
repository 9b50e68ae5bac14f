import { expect, test } from 'vitest'
import { verifySample } from './verify-sample.ts'

test('reads as it is written, with its placeholders', () => {
  expect(verifySample).toContain('.update(`${id}.${timestamp}.`)')
})

test('compares in constant time and refuses old calls', () => {
  expect(verifySample).toContain('timingSafeEqual(given, expected)')
  expect(verifySample).toContain('> 300) return false')
})
