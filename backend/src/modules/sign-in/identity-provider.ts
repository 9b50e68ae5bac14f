/** Whom the provider vouches for. */
interface Vouched {
  readonly issuer: string
  readonly subject: string
  readonly username: string
  readonly isUsernameUnique: boolean
  readonly email: string | null
  readonly isEmailVerified: boolean
  readonly displayName: string
  readonly groups: readonly string[]
}

/** With what the groups can be read again. A secret. */
export interface ProviderGrant {
  readonly token: string
  readonly expiresAt: string | null
}

export interface CompletedLogin {
  readonly person: Vouched
  readonly sessionId: string | null
  readonly grant: ProviderGrant | null
}

export type Renewal =
  | { readonly isKnown: false }
  | { readonly isKnown: true; readonly person: Vouched; readonly grant: ProviderGrant | null }

export interface ProviderLogout {
  readonly issuer: string
  readonly subject: string | null
  readonly sessionId: string | null
  readonly tokenId: string
  readonly expiresAt: string
}

/** What this room needs of the platform's identity provider. */
export interface IdentityProvider {
  beginLogin(options: {
    loginHint?: string | undefined
  }): Promise<{ url: string; state: string; nonce: string; codeVerifier: string }>
  completeLogin(options: {
    search: string
    attempt: { state: string; nonce: string; codeVerifier: string }
  }): Promise<CompletedLogin>
  renew(token: string): Promise<Renewal>
  readLogout(token: string): Promise<ProviderLogout>
}
