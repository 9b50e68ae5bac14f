/** What the browser's sign-in needs until it comes back; all of it is kept on our side. */
interface LoginAttempt {
  readonly state: string
  readonly nonce: string
  readonly codeVerifier: string
}

/** Whom the provider vouches for. `(issuer, subject)` is the identity; everything else may change. */
export interface VouchedPerson {
  readonly issuer: string
  readonly subject: string
  readonly username: string
  /** Whether the provider gives this name to one person only, even where it looks like an e-mail address. */
  readonly isUsernameUnique: boolean
  readonly email: string | null
  readonly isEmailVerified: boolean
  readonly displayName: string
  readonly groups: readonly string[]
}

/** The platform's own identity provider, whatever protocol it speaks. */
export interface OAuthProvider {
  /** Where to send the browser, and what to remember. Rejects with 503 when the provider cannot be reached. */
  beginLogin(options: { loginHint?: string | undefined }): Promise<LoginAttempt & { readonly url: string }>
  /**
   * Redeems the answer that the browser brought (`search` is the callback's query string).
   * Rejects with 401 `SIGN_IN_FAILED` when any check fails, with 503 when the provider cannot be reached.
   */
  completeLogin(options: { search: string; attempt: LoginAttempt }): Promise<VouchedPerson>
}

/** How this installation is known to its provider. */
export interface ProviderSettings {
  readonly issuer: string
  readonly apiUrl: string | undefined
  readonly clientId: string
  readonly clientSecret: string
  readonly scopes: string | undefined
  readonly groupsClaim: string
  /** Where the provider sends the browser back to. */
  readonly callbackUrl: string
}

/** How long one exchange with the provider may take. */
export const PROVIDER_TIMEOUT_SECONDS = 10
