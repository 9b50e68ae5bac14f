import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { isOver, knownJob, knownJobs, outcomeOf, percentOf } from './job-state.ts'

it('knows no share before it knows the whole', () => {
  expect(percentOf({ done: 3, total: null, message: null })).toBeUndefined()
  expect(percentOf({ done: 0, total: 0, message: null })).toBeUndefined()
})

it('never says that all is done too early, nor more than all', () => {
  expect(percentOf({ done: 999, total: 1000, message: null })).toBe(99)
  expect(percentOf({ done: 12, total: 10, message: null })).toBe(100)
})

it('takes a job as over only in a final state', () => {
  expect((['queued', 'running'] as const).some((status) => isOver({ status }))).toBe(false)
  expect((['succeeded', 'failed', 'cancelled'] as const).every((status) => isOver({ status }))).toBe(true)
})

it('says what came of a job by its figures alone', () => {
  const result = { changed: 4, unchanged: 0, refused: 1, results: [{ userId: 'x' }] }
  expect(outcomeOf({ kind: 'user.bulk-limits', result })).toEqual({
    sentence: 'bulkLimits',
    figures: { changed: 4, unchanged: 0, refused: 1 },
  })
  expect(outcomeOf({ kind: 'audit.verify', result: { isIntact: false } }).sentence).toBe('auditBroken')
})

it.each([
  ['usage.recount', null],
  ['usage.recount', { missingHere: 6, missingThere: 2 }],
  ['user.bulk-limits', { changed: 12 }],
  ['models.synchronize', { added: 'many', updated: 1, gone: 0 }],
  ['audit.verify', { changed: 5 }],
  ['something.else', { changed: 5 }],
])('says of %s with %j only that it has finished', (kind, result) => {
  expect(outcomeOf({ kind, result })).toEqual({ sentence: 'finished', figures: {} })
})

it.each(['en', 'fr', 'de', 'es', 'ja'])('asks in %s for no figure that is not there', (language) => {
  const file = new URL(`../../i18n/locales/${language}/jobs.json`, import.meta.url)
  const { result }: { result: Record<string, string> } = JSON.parse(readFileSync(file, 'utf8'))
  const gaps = (text = '') => [...text.matchAll(/\{\{(\w+)\}\}/g)].map(([, name = '']) => name).toSorted()
  for (const { name, figures } of knownJobs)
    if (name !== 'auditVerification') expect(gaps(result[name])).toEqual(figures.toSorted())
  for (const name of ['finished', 'auditIntact', 'auditBroken']) expect(gaps(result[name])).toEqual([])
})

it('has a name for what this product does, and none for what it does not know', () => {
  expect(knownJob('backup.create')?.name).toBe('backup')
  expect(knownJob('something.else')).toBeUndefined()
})
