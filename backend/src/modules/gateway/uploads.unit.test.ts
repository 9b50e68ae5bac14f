import { expect, it } from 'vitest'
import { Uploads } from './uploads.ts'

const MEBIBYTE = 1024 * 1024

it('the files of all callers together have a bound, and room comes back', () => {
  const uploads = new Uploads()
  const callers = Array.from({ length: 10 }, () => ({}))
  for (const caller of callers) uploads.take(caller, 25 * MEBIBYTE)
  const late = {}
  expect(() => uploads.take(late, 25 * MEBIBYTE)).toThrow(
    expect.objectContaining({ statusCode: 503, retryAfterSeconds: 1 }),
  )
  uploads.take(late, MEBIBYTE)
  for (const caller of callers) uploads.release(caller)
  for (const caller of callers) uploads.release(caller)
  for (let index = 0; index < 10; index += 1) uploads.take({}, 25 * MEBIBYTE)
  expect(() => uploads.take({}, 25 * MEBIBYTE)).toThrow(expect.objectContaining({ statusCode: 503 }))
})
