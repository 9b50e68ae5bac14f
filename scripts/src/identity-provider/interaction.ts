import type { IncomingMessage, ServerResponse } from 'node:http'
import type Provider from 'oidc-provider'
import type { IdentityFile } from './identity-file.ts'
import { contentSecurityPolicy, errorPage, signInPage } from './pages.ts'
import type { Person } from './people.ts'

const MAX_FORM_BYTES = 4096

async function readForm(request: IncomingMessage): Promise<URLSearchParams> {
  let size = 0
  const chunks: Buffer[] = []
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > MAX_FORM_BYTES) throw new Error('form too large')
    chunks.push(chunk)
  }
  return new URLSearchParams(Buffer.concat(chunks).toString('utf8'))
}

function send(response: ServerResponse, status: number, html: string): void {
  response.writeHead(status, {
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-store',
    'content-security-policy': contentSecurityPolicy,
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
  })
  response.end(html)
}

/** Answers `/interaction/:uid`: shows the people, or signs in the one clicked or named by `login_hint`. */
export function createInteractionHandler(
  provider: Provider,
  people: readonly Person[],
  identity: IdentityFile,
) {
  function findPerson(name: unknown): Person | undefined {
    return people.find(
      ({ username, email, isRemoved }) => isRemoved !== true && (name === username || name === email),
    )
  }

  async function signIn(request: IncomingMessage, response: ServerResponse, person: Person): Promise<void> {
    const { params } = await provider.interactionDetails(request, response)
    const accountId = identity.subjects[person.username]
    if (accountId === undefined) throw new Error(`no subject for ${person.username}`)
    const { client_id: clientId, scope } = params
    if (typeof clientId !== 'string') throw new Error('an interaction without a client')
    const grant = new provider.Grant({ accountId, clientId })
    grant.addOIDCScope(typeof scope === 'string' ? scope : 'openid')
    const grantId = await grant.save()
    await provider.interactionFinished(request, response, { login: { accountId }, consent: { grantId } })
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { params, uid } = await provider.interactionDetails(request, response)
    const hint = params['login_hint']
    if (request.method === 'POST') {
      const form = await readForm(request)
      const chosen = findPerson(form.get('person'))
      if (chosen) return signIn(request, response, chosen)
      if (form.has('cancel')) {
        return provider.interactionFinished(request, response, {
          error: 'access_denied',
          error_description: 'The person cancelled the sign-in.',
        })
      }
      return send(response, 400, signInPage(people, `/interaction/${uid}`, form.get('person') ?? ''))
    }
    const hinted = findPerson(hint)
    if (hinted) return signIn(request, response, hinted)
    send(
      response,
      200,
      signInPage(people, `/interaction/${uid}`, typeof hint === 'string' ? hint : undefined),
    )
  }

  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    if (request.method !== 'GET' && request.method !== 'POST') {
      return send(response, 405, errorPage('Not possible', 'This page is opened or submitted, nothing else.'))
    }
    try {
      await answer(request, response)
    } catch (error) {
      const isExpired = (error as Error).name === 'SessionNotFound'
      if (!isExpired) console.error('identity provider:', error)
      if (response.headersSent) return
      send(
        response,
        isExpired ? 400 : 500,
        errorPage(
          'Signing in did not work',
          isExpired ? 'This sign-in has expired.' : 'Something went wrong.',
        ),
      )
    }
  }
}
