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
