import { join } from 'node:path'
import { startKeptAlive } from './child.ts'
import { configuredPart, type Part, type Supply } from './parts.ts'
import { repositoryRoot } from './places.ts'

/** The mail server: SMTP_URL when given, else a catcher that takes every mail, shows it, and sends none. None in production. */
export async function supplyMail(supply: Supply): Promise<{ mail: Record<string, string>; part: Part }> {
  const { given, folder } = supply
  if (given['SMTP_URL'] !== undefined) {
    if (given['SMTP_FROM'] === undefined)
      throw new Error('SMTP_URL is set, and SMTP_FROM is not: set it to the sender of mails.')
    return { mail: {}, part: configuredPart }
  }
  // Mails that nobody gets would be taken for sent.
  if (given['NODE_ENV'] === 'production') return { mail: {}, part: configuredPart }
  const smtpPort = await supply.port('smtp')
  const httpPort = await supply.port('mail')
  const catcher = await startKeptAlive(
    'The mail catcher',
    {
      script: join(repositoryRoot, 'scripts', 'src', 'mail-catcher', 'main.ts'),
      workingDirectory: repositoryRoot,
      logFile: join(folder, 'logs', 'mail.log'),
      environment: {
        ...given,
        MAIL_CATCHER_SMTP_PORT: String(smtpPort),
        MAIL_CATCHER_HTTP_PORT: String(httpPort),
      },
      onLine: (line) => {
        if (line.startsWith('Mail to ')) supply.say(line)
      },
    },
    { onRestart: (sentence) => supply.say(sentence), onGivenUp: (sentence) => supply.fail(sentence) },
  )
  return {
    mail: {
      SMTP_URL: `smtp://127.0.0.1:${String(smtpPort)}`,
      SMTP_FROM: given['SMTP_FROM'] ?? 'LiteMaaS <no-reply@localhost>',
    },
    part: {
      supplied: { name: 'Mail catcher', where: catcher.url, variable: 'SMTP_URL' },
      stop: async () => catcher.stop(),
      kill: () => catcher.kill(),
    },
  }
}
