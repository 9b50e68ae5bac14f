import { describe, expect, test } from 'vitest'
import { masked } from './record-audit.ts'

describe('what an audit row keeps', () => {
  test.each([
    'key',
    'secret',
    'token',
    'password',
    'digest',
    'hash',
    'cookie',
    'authorization',
    'clientSecret',
    'webhookSecret',
    'previousSecret',
    'signing_secret',
    'providerKey',
    'provider_key',
    'apiKey',
    'privateKey',
    'accessToken',
    'refresh_token',
    'idToken',
    'tokenCiphertext',
    'codeVerifier',
    'smtpPassword',
  ])('is not the value of %s', (name) => {
    expect(masked({ deep: [{ [name]: 'sk-very-secret' }] })).not.toContain('very-secret')
    expect(masked({ [name]: ['sk-very-secret'] })).not.toContain('very-secret')
  })

  test('is no bytes, under whatever name', () => {
    expect(masked({ picture: Buffer.from('abc') })).toBe('{"picture":"[masked]"}')
  })

  test.each(['keyHint', 'keyId', 'name', 'maxTokens', 'modelIds', 'budget', 'monkey'])(
    'is %s as it was',
    (name) => expect(masked({ [name]: name === 'maxTokens' ? 5 : 'plain' })).not.toContain('[masked]'),
  )
})
