/** What the address of the sign-in page says. */
export interface SignInSearch {
  readonly returnTo?: string
  readonly expired?: boolean
  /** Code of what went wrong at the identity provider or after it. */
  readonly error?: string
}

const CODE = /^[A-Z][A-Z_]{0,60}$/

/** Whatever somebody wrote into the address; what makes no sense is left out. */
export function readSignInSearch(given: Record<string, unknown>): SignInSearch {
  const { returnTo, expired, error } = given
  return {
    ...(typeof returnTo === 'string' && isPage(returnTo) ? { returnTo } : {}),
    ...(expired === true ? { expired: true } : {}),
    ...(typeof error === 'string' && CODE.test(error) ? { error } : {}),
  }
}

/** A page of this console. `//host`, `/\host` and whatever else a browser takes for another place is none. */
export function isPage(path: string): boolean {
  const here = 'https://console.invalid'
  if (!path.startsWith('/') || !URL.canParse(path, here)) return false
  const { origin, pathname } = new URL(path, here)
  return origin === here && !/^\/(?:\/|api(?:\/|$)|v1(?:\/|$)|sign-in(?:\/|$))/.test(pathname)
}

/** Where the provider's button leads. */
export const startOf = ({ returnTo }: SignInSearch): string =>
  returnTo === undefined || returnTo === '/'
    ? '/api/auth/login'
    : `/api/auth/login?${new URLSearchParams({ returnTo }).toString()}`
