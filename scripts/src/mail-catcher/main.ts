// The mail catcher as a process of its own: `node scripts/src/mail-catcher/main.ts`.
import process from 'node:process'
import { startMailCatcher } from './index.ts'

const { MAIL_CATCHER_SMTP_PORT: smtpPort = '0', MAIL_CATCHER_HTTP_PORT: httpPort = '0' } = process.env

try {
  const catcher = await startMailCatcher({
    smtpPort: Number(smtpPort),
    httpPort: Number(httpPort),
    onMail: ({ to, subject, text }) => {
      console.log(`Mail to ${to.join(', ')}: ${subject}`)
      for (const line of text.split('\n')) console.log(`  | ${line}`)
    },
  })
  console.log(`Caught mail on ${catcher.url}`)
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void catcher.close().then(() => process.exit(0)))
  }
} catch (error) {
  console.error(`The mail catcher cannot start: ${(error as Error).message}`)
  process.exit(1)
}
