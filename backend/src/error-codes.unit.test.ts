import { expect, test } from 'vitest'
import { catalogues, languages } from '#platform/errors'
import { listErrorCodes } from './error-codes.ts'

test.each(languages)('every code can be said in %s', (language) => {
  const silent = listErrorCodes().filter(([code]) => catalogues[language][code] === undefined)
  expect(silent.map(([code]) => code)).toEqual([])
})

test('every sentence belongs to a code', () => {
  const known = new Set(listErrorCodes().map(([code]) => code))
  const orphans = Object.keys(catalogues.en).filter((key) => !known.has(key.split('.')[0] ?? ''))
  expect(orphans).toEqual([])
})
