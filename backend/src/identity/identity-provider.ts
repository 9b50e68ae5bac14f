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

/** With what a person's groups can be read again later. A secret: it is kept encrypted. */
export interface ProviderGrant {
  readonly token: string
  /** When it ends by itself (ISO 8601); null where the provider says nothing, or renews it. */
  readonly expiresAt: string | null
}

/** A completed sign-in. */
export interface CompletedLogin {
  readonly person: VouchedPerson
  /** What the provider calls its own session (`sid`), so that it can end ours. */
  readonly sessionId: string | null
  /** Null where the provider gives nothing that lasts. */
  readonly grant: ProviderGrant | null
}

/** What the provider says of a person now. */
export type Renewal =
  /** It takes the token no longer: the person has been removed or shut out there. */
  | { readonly isKnown: false }
  /** Without a new grant the old one goes on. */
  | { readonly isKnown: true; readonly person: VouchedPerson; readonly grant: ProviderGrant | null }

/** The provider's word, verified, that a session, or every session of a person, is over. At least one of the two is named. */
export interface ProviderLogout {
  readonly issuer: string
  readonly subject: string | null
  readonly sessionId: string | null
  /** Never used twice by an honest provider. */
  readonly tokenId: string
  readonly expiresAt: string
}

/** The platform's own identity provider, whatever protocol it speaks. */
export interface IdentityProvider {
  /** Where to send the browser, and what to remember. Rejects with 503 when the provider cannot be reached. */
  beginLogin(options: { loginHint?: string | undefined }): Promise<LoginAttempt & { readonly url: string }>
  /**
   * Redeems the answer that the browser brought (`search` is the callback's query string).
   * Rejects with 401 `SIGN_IN_FAILED` when any check fails, with 503 when the provider cannot be reached.
   */
  completeLogin(options: { search: string; attempt: LoginAttempt }): Promise<CompletedLogin>
  /**
   * Reads again who this is and which groups they are in. Rejects with 503 when the provider cannot be reached, and with
   * 401 when its answer cannot be believed: neither says anything about the person.
   */
  renew(token: string): Promise<Renewal>
  /** Verifies a back-channel logout token. Rejects with 400 when anything is wrong with it, with 503 without the keys. */
  readLogout(token: string): Promise<ProviderLogout>
}
