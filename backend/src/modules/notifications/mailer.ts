import { createTransport } from 'nodemailer'
import type { MailText } from './mail-text.ts'

interface MailerOptions {
  /** `smtp://` or `smtps://`, with user and password where the server wants them. */
  readonly url: string
  readonly from: string
}

interface Mail extends MailText {
  readonly to: string
  /** Stays the same when a mail is sent again. */
  readonly messageId: string
  readonly preferencesUrl: string
}

export interface Mailer {
  /** Undefined when the server took it. */
  send(mail: Mail): Promise<MailFailure | undefined>
  close(): void
}

export interface MailFailure {
  /** Holds no address. */
  readonly error: string
  /** Sending it again leads to the same. */
  readonly isFinal: boolean
}

const TIMEOUT_MS = 10_000
const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]'])

/** Speaks SMTP. A password is never sent in the clear to another machine. */
export function createMailer({ url, from }: MailerOptions): Mailer {
  const { username, hostname } = new URL(url)
  const transport = createTransport({
    url,
    connectionTimeout: TIMEOUT_MS,
    greetingTimeout: TIMEOUT_MS,
    socketTimeout: TIMEOUT_MS,
    requireTLS: username !== '' && !LOOPBACK.has(hostname),
    disableFileAccess: true,
    disableUrlAccess: true,
  })
  return {
    async send({ to, subject, text, html, messageId, preferencesUrl }) {
      try {
        await transport.sendMail({
          from,
          // Not as text, which could be read as several addresses.
          to: { name: '', address: to },
          subject,
          text,
          html,
          messageId,
          headers: { 'Auto-Submitted': 'auto-generated' },
          list: { unsubscribe: preferencesUrl },
        })
        return undefined
      } catch (error) {
        return failureOf(error)
      }
    },
    close: () => transport.close(),
  }
}

function failureOf(error: unknown): MailFailure {
  const { code, responseCode } = error as { code?: unknown; responseCode?: unknown }
  const status = typeof responseCode === 'number' ? responseCode : undefined
  const name = typeof code === 'string' ? code : 'unknown'
  return {
    error: status === undefined ? name : `${name} ${status}`,
    // This recipient or this message is refused for good; a refused password is somebody else's matter.
    isFinal: status !== undefined && status >= 550 && (name === 'EENVELOPE' || name === 'EMESSAGE'),
  }
}
