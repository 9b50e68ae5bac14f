import { connect } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startMailCatcher, type RunningMailCatcher } from './index.ts'

let catcher: RunningMailCatcher
beforeAll(async () => {
  catcher = await startMailCatcher()
})
afterAll(() => catcher.close())

/** Speaks SMTP line by line; answers what the server said last. */
async function say(lines: readonly string[]): Promise<string> {
  const socket = connect(Number(new URL(catcher.smtpUrl).port), '127.0.0.1')
  let last = ''
  const left = [...lines]
  for await (const chunk of socket) {
    last = String(chunk)
    const next = left.shift()
    if (next === undefined) break
    socket.write(`${next}\r\n`)
  }
  return last
}

const mail = (subject: string) => [
  'HELO test',
  'MAIL FROM:<a@example.com>',
  'RCPT TO:<b@example.com>',
  'DATA',
  `Subject: ${subject}\r\n\r\nHello <b>you</b>\r\n.`,
  'QUIT',
]

test('takes mails, keeps the last hundred, and shows them as text', async () => {
  for (let n = 0; n < 101; n += 1) await say(mail(`Number ${n}`))
  expect(catcher.mails.length).toBe(100)
  expect(catcher.mails[0]?.subject).toBe('Number 1')
  const answer = await fetch(`${catcher.url}/api/mails`)
  expect(await answer.json()).toEqual(catcher.mails)
  const page = await (await fetch(catcher.url)).text()
  expect(page).toContain('Number 100')
  expect(page).toContain('Hello &lt;b&gt;you')
  expect(new URL(catcher.url).hostname).toBe('127.0.0.1')
})

test('refuses where a test wants it to', async () => {
  catcher.refuseWith({ code: 550, message: 'nobody here' })
  expect(await say(mail('refused').slice(0, 3))).toMatch(/^550 /)
  catcher.refuseWith(undefined)
})
