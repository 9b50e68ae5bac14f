import type { PlatformDatabase, Tx } from '#platform/database'
import { MAX_ATTEMPTS, retryDelaySeconds, type LeasedWork } from '#platform/deliveries'
import { languages } from '#platform/errors'
import { claimEmails, findAddressee, releaseEmail, settleEmail, type ClaimedEmail } from './email.queries.ts'
import { mailTextOf } from './mail-text.ts'
import type { Mailer, MailFailure } from './mailer.ts'

const JOB = 'email-deliveries'
const PREFERENCES_PATH = '/profile'

interface MailingParts {
  readonly platform: PlatformDatabase
  readonly mailer: Mailer
  /** Where the console is. */
  readonly publicUrl: string
}

/** Sends mails, each in the language of its person; again and again for a day, where the server does not take it. */
export class Mailing implements LeasedWork<ClaimedEmail, MailFailure | undefined> {
  readonly job = JOB
  readonly #parts: MailingParts

  constructor(parts: MailingParts) {
    this.#parts = parts
  }

  claim(tx: Tx, options: { limit: number; leaseSeconds: number }): Promise<ClaimedEmail[]> {
    return claimEmails(tx, options)
  }

  async perform(row: ClaimedEmail): Promise<MailFailure | undefined> {
    const { platform, mailer, publicUrl } = this.#parts
    const addressee = await platform.transaction(JOB, (tx) => findAddressee(tx, row.userId), {
      readOnly: true,
    })
    if (!addressee) return { error: 'no address', isFinal: true }
    const language = languages.find((one) => one === addressee.language) ?? 'en'
    const preferencesUrl = new URL(PREFERENCES_PATH, publicUrl).href
    const url = new URL(row.link ?? '/', publicUrl).href
    const text = mailTextOf(language, { template: row.template, facts: row.facts, url, preferencesUrl })
    const messageId = `<${row.id}@${new URL(publicUrl).hostname}>`
    return mailer.send({ ...text, to: addressee.email, messageId, preferencesUrl })
  }

  async settle(tx: Tx, row: ClaimedEmail, failure: MailFailure | undefined): Promise<void> {
    const isLast = failure?.isFinal === true || row.attempts >= MAX_ATTEMPTS
    await settleEmail(tx, row, {
      state: failure === undefined ? 'sent' : isLast ? 'dead' : 'pending',
      retryInSeconds: failure === undefined || isLast ? 0 : retryDelaySeconds(row.attempts),
      error: failure?.error ?? null,
    })
  }

  release(tx: Tx, row: ClaimedEmail): Promise<void> {
    return releaseEmail(tx, row)
  }
}
