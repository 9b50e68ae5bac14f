import { randomBytes, randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { CallMarks } from './call-marks.ts'

const secret = () => randomBytes(32).toString('base64url')

test('a mark fits its call and its key, and no other', () => {
  const marks = new CallMarks(secret())
  const [call, key] = [randomUUID(), randomUUID()]
  const mark = marks.sign(call, key)
  expect(mark).toMatch(/^[\w-]{22}$/)
  expect(marks.isOurs(call, key, mark)).toBe(true)
  expect(marks.isOurs(randomUUID(), key, mark)).toBe(false)
  expect(marks.isOurs(call, randomUUID(), mark)).toBe(false)
  for (const other of ['', 'x', mark.slice(1), `${mark}AA`, mark.toLowerCase()])
    expect(marks.isOurs(call, key, other), other).toBe(other === mark)
})

test('a mark outlives one rotation of the secret', () => {
  const [first, second, third] = [secret(), secret(), secret()]
  const [call, key] = [randomUUID(), randomUUID()]
  const mark = new CallMarks(first).sign(call, key)
  expect(new CallMarks(second, first).isOurs(call, key, mark)).toBe(true)
  expect(new CallMarks(third, second).isOurs(call, key, mark)).toBe(false)
})
