import { describe, expect, it } from 'vitest'
import { returnPathOf } from './return-path.ts'

const hostile = [
  '//evil.example',
  '///evil.example',
  '////evil.example',
  '/\\evil.example',
  '\\evil.example',
  '\\\\evil.example',
  '/\\/evil.example',
  'https:evil.example',
  'https://evil.example',
  'http:/evil.example',
  'HTTPS://evil.example',
  'javascript:alert(1)',
  'data:text/html,x',
  'evil.example',
  '@evil.example',
  '/@evil.example',
  '//user@evil.example',
  '//localhost@evil.example',
  '/.evil.example',
  '/..//evil.example',
  '/%2f%2fevil.example',
  '/%2Fevil.example',
  '/%5cevil.example',
  '/%09/evil.example',
  '/\t/evil.example',
  '/\n/evil.example',
  '/\r\nLocation: x',
  ' //evil.example',
  '/ /evil.example',
  '/keys?next=//evil.example',
  '/keys#//evil.example',
  '/keys;//evil.example',
  '/keys//evil.example',
  '/keys/..',
  '/./keys',
  '/api/auth/logout',
  '/api',
  '/api?a=b',
  '/v1/models',
  '/v1?a=b',
  '//evil.example?a=b',
  '/keys?',
  '/keys?a=b?c',
  '/keys?a=\\evil',
  '/keys?a=\r\nLocation: x',
  '/keys?a=b#c',
  `/keys?${'a'.repeat(501)}`,
  '/keys/',
  '/ключи',
  '/keys\u0000',
  `/${'a'.repeat(65)}`,
  '',
]

describe('returnPathOf', () => {
  it.each(hostile)('answers the start page for %j', (wanted) => {
    expect(returnPathOf(wanted)).toBe('/')
  })

  it.each([
    '/',
    '/keys',
    '/models/0b5c1f3e-1111-4222-8333-444455556666',
    '/admin/audit-logs',
    '/docs',
    '/apikeys',
    '/?in=all',
    '/models?search=a+b&provider=%5B%22open_ai%22%5D&page=2',
  ])('keeps %j', (wanted) => {
    expect(returnPathOf(wanted)).toBe(wanted)
  })
})
