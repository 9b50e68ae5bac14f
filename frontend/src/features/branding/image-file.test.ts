import { expect, it } from 'vitest'
import { MOST_BYTES, objectionTo } from './image-file.ts'

it('takes images up to two mebibytes and nothing else', () => {
  expect(objectionTo({ type: 'image/png', size: MOST_BYTES })).toBeUndefined()
  expect(objectionTo({ type: 'image/png', size: MOST_BYTES + 1 })).toBe('size')
  expect(objectionTo({ type: 'text/html', size: 10 })).toBe('type')
})
