import { describe, expect, test } from 'vitest'
import { isPage, readSignInSearch, startOf } from './sign-in-search.ts'

describe('the address of the sign-in page', () => {
  test('keeps pages of the console, with their search', () => {
    const search = readSignInSearch({ returnTo: '/models?search=a+b&provider=%5B%22x%22%5D', expired: true })
    expect(search).toEqual({ returnTo: '/models?search=a+b&provider=%5B%22x%22%5D', expired: true })
    expect(startOf(search)).toBe(
      '/api/auth/login?returnTo=%2Fmodels%3Fsearch%3Da%2Bb%26provider%3D%255B%2522x%2522%255D',
    )
  })

  test.each([
    'https://evil.example',
    '//evil.example',
    '/\\evil.example',
    '/\t/evil.example',
    '\\\\evil.example',
    'javascript:alert(1)',
    'models',
    '',
    '/api/auth/logout',
    '/v1/models',
    '/sign-in?returnTo=/sign-in',
  ])('leads nowhere by %j', (path) => {
    expect(isPage(path)).toBe(false)
    expect(startOf(readSignInSearch({ returnTo: path }))).toBe('/api/auth/login')
  })

  test('takes codes of errors and nothing that is text', () => {
    expect(readSignInSearch({ error: 'SIGN_IN_DENIED' })).toEqual({ error: 'SIGN_IN_DENIED' })
    expect(readSignInSearch({ error: 'Call 555 for help', expired: 'yes' })).toEqual({})
  })
})
