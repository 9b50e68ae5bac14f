import { describe, expect, test } from 'vitest'
import { createEgressPolicy, isPublicAddress } from './index.ts'

const resolving = (answers: Record<string, readonly string[]>) => (host: string) =>
  host in answers ? Promise.resolve(answers[host] ?? []) : Promise.reject(new Error('ENOTFOUND'))

describe('without a list', () => {
  const policy = createEgressPolicy(
    [],
    resolving({
      'api.example.com': ['93.184.215.14', '2606:2800:21f:cb07:6820:80da:af6b:8b2c'],
      'inside.example.com': ['93.184.215.14', '10.1.2.3'],
      'six.example.com': ['::ffff:169.254.169.254'],
    }),
  )

  test.each([
    'https://api.example.com/v1',
    'https://API.EXAMPLE.COM./v1',
    'https://93.184.215.14:8443/v1',
    'https://[2606:2800:21f:cb07:6820:80da:af6b:8b2c]/v1',
  ])('%s may be used', async (url) => expect(await policy.objectionTo(url)).toBeUndefined())

  test.each([
    ['http://api.example.com/v1', 'not_https'],
    ['https://inside.example.com', 'not_public'],
    ['https://six.example.com', 'not_public'],
    ['https://nowhere.example.com', 'unresolvable'],
    ['https://localhost', 'not_public'],
    ['https://vllm', 'not_public'],
    ['https://metadata.google.internal/computeMetadata/v1', 'not_public'],
    ['https://127.0.0.1', 'not_public'],
    ['https://2130706433', 'not_public'],
    ['https://0x7f000001', 'not_public'],
    ['https://0177.0.0.1', 'not_public'],
    ['https://127.1', 'not_public'],
    ['https://0', 'not_public'],
    ['https://169.254.169.254/latest/meta-data', 'not_public'],
    ['https://10.0.0.1', 'not_public'],
    ['https://172.31.255.255', 'not_public'],
    ['https://192.168.1.1', 'not_public'],
    ['https://100.64.0.1', 'not_public'],
    ['https://[::1]', 'not_public'],
    ['https://[::]', 'not_public'],
    ['https://[::ffff:127.0.0.1]', 'not_public'],
    ['https://[::ffff:7f00:1]', 'not_public'],
    ['https://[64:ff9b::7f00:1]', 'not_public'],
    ['https://[2002:7f00:1::]', 'not_public'],
    ['https://[fe80::1]', 'not_public'],
    ['https://[fd00::1]', 'not_public'],
    ['https://user:secret@api.example.com', 'malformed'],
    ['https://api.example.com/#x', 'malformed'],
    ['ftp://api.example.com', 'malformed'],
    ['file:///etc/passwd', 'malformed'],
    ['gopher://api.example.com', 'malformed'],
    ['api.example.com', 'malformed'],
    ['https://', 'malformed'],
  ])('%s: %s', async (url, objection) => expect(await policy.objectionTo(url)).toBe(objection))
})

test('with a list only what stands on it, internal or not, and nothing is resolved', async () => {
  const policy = createEgressPolicy(
    ['*.svc.cluster.local', 'Proxy.example.com', 'vllm:8000', '10.1.0.0/16', '127.0.0.1', 'fd00::/8'],
    () => Promise.reject(new Error('resolved')),
  )
  for (const url of [
    'http://granite.models.svc.cluster.local:8000/v1',
    'https://proxy.example.com',
    'http://vllm:8000/v1',
    'http://10.1.2.3',
    'http://127.0.0.1:4000',
    'http://[fd12::1]',
  ])
    expect(await policy.objectionTo(url), url).toBeUndefined()
  for (const url of [
    'http://svc.cluster.local',
    'http://evilsvc.cluster.local',
    'https://proxy.example.com.evil.example',
    'http://vllm:8001',
    'http://10.2.0.1',
    'http://127.0.0.2',
    'https://93.184.215.14',
    'https://api.example.org',
  ])
    expect(await policy.objectionTo(url), url).toBe('not_listed')
})

test('addresses of the public internet and others', () => {
  for (const address of ['1.1.1.1', '93.184.215.14', '2606:4700:4700::1111'])
    expect(isPublicAddress(address), address).toBe(true)
  for (const address of [
    '127.0.0.1',
    '::1',
    '::ffff:1.1.1.1',
    'fe80::1',
    '224.0.0.1',
    '255.255.255.255',
    'x',
  ])
    expect(isPublicAddress(address), address).toBe(false)
})
