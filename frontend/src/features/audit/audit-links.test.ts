import { expect, test } from 'vitest'
import { pageAbout } from './audit-links.ts'

const id = '8587e4a8-7cb1-42ef-bf8d-ed503f2e83a8'
const admin = { isPlatformReader: true, can: () => true }
const nobody = { isPlatformReader: false, can: () => false }

test('leads to what it is about', () => {
  expect(pageAbout('user', id, admin)).toMatchObject({ params: { userId: id } })
  expect(pageAbout('model', id, admin)).toMatchObject({ params: { modelId: id } })
})

test('leads nowhere without a page, without an id, or for those who may not see it', () => {
  expect(pageAbout('session', id, admin)).toBeUndefined()
  expect(pageAbout('user', 'alice', admin)).toBeUndefined()
  expect(pageAbout('user', null, admin)).toBeUndefined()
  expect(pageAbout('user', id, nobody)).toBeUndefined()
  expect(pageAbout('organization', id, { ...admin, isPlatformReader: false })).toBeUndefined()
})
