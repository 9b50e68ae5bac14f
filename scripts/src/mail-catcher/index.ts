// A mail server for trying and testing: it speaks SMTP, takes every mail, delivers none, and shows the last hundred. It must
// never be reachable from another machine, so it listens on loopback only.
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import PostalMime from 'postal-mime'
import { SMTPServer } from 'smtp-server'
import { mailPage } from './page.ts'

/** A mail as it was taken. */
export interface CaughtMail {
  readonly id: number
  readonly at: string
  readonly from: string
  readonly to: readonly string[]
  readonly subject: string
  readonly text: string
  readonly html: string
  readonly headers: Readonly<Record<string, string>>
}

export interface MailCatcherOptions {
  /** Free ports when not given or 0. */
  readonly smtpPort?: number
  readonly httpPort?: number
  readonly onMail?: (mail: CaughtMail) => void
}

export interface RunningMailCatcher {
  /** For `SMTP_URL`. */
  readonly smtpUrl: string
  /** A page for people; `/api/mails` for programs. */
  readonly url: string
  /** The last hundred, oldest first. */
  readonly mails: readonly CaughtMail[]
  /** From now on every mail is refused so; undefined takes them again. */
  refuseWith(refusal: { readonly code: number; readonly message: string } | undefined): void
  close(): Promise<void>
}

const HOST = '127.0.0.1'
const KEPT = 100
const MAX_BYTES = 5 * 1024 * 1024

export async function startMailCatcher(options: MailCatcherOptions = {}): Promise<RunningMailCatcher> {
  const mails: CaughtMail[] = []
  let refusal: { code: number; message: string } | undefined
  let count = 0
  const smtp = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS', 'AUTH'],
    disableReverseLookup: true,
    size: MAX_BYTES,
    logger: false,
    onRcptTo(_address, _session, done) {
      if (!refusal) return done()
      done(Object.assign(new Error(refusal.message), { responseCode: refusal.code }))
    },
    onData(stream, session, done) {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('end', () => {
        const recipients = session.envelope.rcptTo.map(({ address }) => address)
        count += 1
        read(Buffer.concat(chunks), count, recipients).then((mail) => {
          mails.push(mail)
          if (mails.length > KEPT) mails.shift()
          options.onMail?.(mail)
          done()
        }, done)
      })
    },
  })
  // A client that hangs up in the middle is no reason to end.
  smtp.on('error', () => undefined)
  await new Promise<void>((ready, fail) => {
    smtp.server.once('error', fail)
    smtp.listen(options.smtpPort ?? 0, HOST, () => ready())
  })
  const http = createServer((request, response) => {
    const isApi = request.url === '/api/mails'
    if (!isApi && request.url !== '/') return void response.writeHead(404).end()
    response.writeHead(200, {
      'content-type': isApi ? 'application/json' : 'text/html; charset=utf-8',
      'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'",
    })
    response.end(isApi ? JSON.stringify(mails) : mailPage(mails))
  })
  await new Promise<void>((ready, fail) => {
    http.once('error', fail)
    http.listen(options.httpPort ?? 0, HOST, () => ready())
  })
  return {
    smtpUrl: `smtp://${HOST}:${String(portOf(smtp.server))}`,
    url: `http://${HOST}:${String(portOf(http))}`,
    mails,
    refuseWith(next) {
      refusal = next
    },
    async close() {
      http.closeAllConnections()
      await Promise.all([
        new Promise<void>((done) => smtp.close(() => done())),
        new Promise<void>((done) => void http.close(() => done())),
      ])
    },
  }
}

const portOf = (server: Pick<Server, 'address'>): number => (server.address() as AddressInfo).port

async function read(raw: Buffer, id: number, to: readonly string[]): Promise<CaughtMail> {
  const mail = await PostalMime.parse(raw)
  return {
    id,
    at: new Date().toISOString(),
    from: mail.from?.address ?? '',
    to,
    subject: mail.subject ?? '',
    text: mail.text ?? '',
    html: mail.html ?? '',
    headers: Object.fromEntries(mail.headers.map(({ key, value }) => [key, value])),
  }
}
