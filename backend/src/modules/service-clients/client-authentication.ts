import { refusals } from './oauth.errors.ts'

/** What a client shows. */
export interface ClientCredentials {
  readonly clientId: string
  readonly secret: string
}

const BASIC = /^Basic +([A-Za-z0-9+/]+={0,2})$/i

/** Ids and secrets are form-encoded before they go into the header (RFC 6749, 2.3.1). */
const decoded = (text: string): string | undefined => {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    return undefined
  }
}

function ofHeader(header: string): ClientCredentials | undefined {
  const encoded = BASIC.exec(header)?.[1]
  if (encoded === undefined) return undefined
  const text = Buffer.from(encoded, 'base64').toString()
  const colon = text.indexOf(':')
  if (colon < 1) return undefined
  const [clientId, secret] = [decoded(text.slice(0, colon)), decoded(text.slice(colon + 1))]
  return clientId === undefined || secret === undefined || !isStorable(clientId)
    ? undefined
    : { clientId, secret }
}

/** What the look-up can be asked for. */
const isStorable = (clientId: string): boolean => /^[ -~]{1,200}$/.test(clientId)

/**
 * By `Authorization: Basic` or by the form, never both.
 * @throws ApplicationError invalid_request for two ways at once, invalid_client for none or one that we do not know.
 */
export function credentialsOf(
  header: string | undefined,
  form: { readonly client_id?: string | undefined; readonly client_secret?: string | undefined },
): ClientCredentials {
  const { client_id: clientId, client_secret: secret } = form
  if (header !== undefined) {
    if (secret !== undefined) throw refusals.invalidRequest('Authenticate in one way, not in two.')
    const credentials = ofHeader(header)
    if (!credentials) throw refusals.invalidClient()
    if (clientId !== undefined && clientId !== credentials.clientId)
      throw refusals.invalidRequest('Two clients are named.')
    return credentials
  }
  if (clientId === undefined || secret === undefined) throw refusals.invalidClient()
  return { clientId, secret }
}
