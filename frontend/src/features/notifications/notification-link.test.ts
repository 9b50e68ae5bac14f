import { expect, test } from 'vitest'
import { pageOfLink, routeOf } from './notification-link.ts'

test.each(['/api-keys', '/', '/admin/requests?status=pending'])('%s is a page of the console', (link) => {
  expect(pageOfLink(link)).toBe(link)
})

test.each([
  null,
  '',
  'api-keys',
  '//evil.example',
  String.raw`/\evil.example`,
  'https://evil.example',
  'javascript:alert(1)',
])('%s is not followed', (link) => {
  expect(pageOfLink(link)).toBeUndefined()
})

test('a page is found with its search', () => {
  expect(routeOf('/admin/usage?tab=quality')).toEqual({ to: '/admin/usage', search: { tab: 'quality' } })
  expect(routeOf('/api-keys')).toEqual({ to: '/api-keys', search: {} })
})
