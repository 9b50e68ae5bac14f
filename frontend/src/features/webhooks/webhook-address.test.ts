import { expect, test } from 'vitest'
import { complaintAbout } from './webhook-address.ts'
import { eventNames } from './webhook-queries.ts'

test('wants an address of the web', () => {
  expect(complaintAbout('https://hooks.example.com/litemaas')).toBeUndefined()
  expect(complaintAbout(' ')).toBe('missing')
  expect(complaintAbout('hooks.example.com')).toBe('notAnAddress')
  expect(complaintAbout('ftp://example.com')).toBe('notAnAddress')
})

test('offers each event once', () => {
  expect(new Set(eventNames).size).toBe(eventNames.length)
})
