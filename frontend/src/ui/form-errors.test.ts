import { expect, test } from 'vitest'
import { withoutErrorsOf } from './form-errors.ts'

const errors = {
  name: 'Taken.',
  nameSpace: 'Missing.',
  'limits/0/rpm': 'Too high.',
  'limits.tpm': 'Too low.',
}

test('a complaint goes with its field, the others stay', () => {
  expect(withoutErrorsOf(errors, 'name')).toEqual({
    nameSpace: 'Missing.',
    'limits/0/rpm': 'Too high.',
    'limits.tpm': 'Too low.',
  })
})

test('complaints about parts of a field go with it', () => {
  expect(withoutErrorsOf(errors, 'limits')).toEqual({ name: 'Taken.', nameSpace: 'Missing.' })
})

test('nothing changes for a field without a complaint', () => {
  expect(withoutErrorsOf(errors, 'other')).toBe(errors)
})
