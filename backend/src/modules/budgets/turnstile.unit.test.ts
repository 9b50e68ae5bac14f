import { expect, test } from 'vitest'
import { Turnstile } from './turnstile.ts'

test('a few at a time, in order, also after one has failed', async () => {
  const turnstile = new Turnstile({ inside: 2, waiting: 10 })
  const order: number[] = []
  let inside = 0
  let most = 0
  const work = (id: number) => async () => {
    inside += 1
    most = Math.max(most, inside)
    await new Promise((resolve) => setTimeout(resolve, 1))
    inside -= 1
    order.push(id)
    if (id === 1) throw new Error('planned')
  }
  const all = await Promise.allSettled([0, 1, 2, 3, 4, 5].map((id) => turnstile.pass(work(id))))
  expect(all.map((one) => one.status)).toEqual(['fulfilled', 'rejected', ...Array(4).fill('fulfilled')])
  expect(most).toBe(2)
  expect(order).toEqual([0, 1, 2, 3, 4, 5])
  await turnstile.pass(work(6))
  expect(inside).toBe(0)
})

test('what would wait too long a queue is refused', async () => {
  const turnstile = new Turnstile({ inside: 1, waiting: 1 })
  const { promise, resolve } = Promise.withResolvers<undefined>()
  const running = [turnstile.pass(() => promise), turnstile.pass(() => promise)]
  await expect(turnstile.pass(() => promise)).rejects.toMatchObject({ statusCode: 503, code: 'OVERLOADED' })
  resolve(undefined)
  await Promise.all(running)
})
