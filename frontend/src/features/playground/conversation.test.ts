import { expect, test } from 'vitest'
import { before, messagesOf, speedOf, withoutLastAnswer, type Answer, type Turn } from './conversation.ts'

const answer = (id: string, text: string, more: Partial<Answer> = {}): Answer => ({
  id,
  role: 'assistant',
  text,
  thought: '',
  state: 'done',
  model: 'm',
  ...more,
})
const turns: readonly Turn[] = [
  { id: '1', role: 'user', text: 'Hello' },
  answer('2', 'Hi', { thought: 'They greet me.' }),
  { id: '3', role: 'user', text: 'More' },
  answer('4', '', { state: 'failed' }),
]

test('the model hears what was said, and neither thoughts nor failures', () => {
  expect(messagesOf(turns, 'Be brief')).toEqual([
    { role: 'system', content: 'Be brief' },
    { role: 'user', content: 'Hello' },
    { role: 'assistant', content: 'Hi' },
    { role: 'user', content: 'More' },
  ])
  expect(messagesOf(turns, '  ')[0]?.role).toBe('user')
})

test('an edited question forgets what came after it', () => {
  expect(before(turns, '3').map(({ id }) => id)).toEqual(['1', '2'])
  expect(withoutLastAnswer(turns).map(({ id }) => id)).toEqual(['1', '2', '3'])
  expect(withoutLastAnswer(turns.slice(0, 3))).toHaveLength(3)
})

test('speed counts from the first word', () => {
  const usage = { prompt: 5, completion: 100 }
  expect(speedOf(answer('1', 'x', { usage, firstAfter: 1000, doneAfter: 3000 }))).toBe(50)
  expect(speedOf(answer('1', 'x', { usage }))).toBeUndefined()
})
