/** How long ago people signed in last, as the filter of the list names it. */
export const signInAges = ['7d', '30d', 'over30d', 'over90d'] as const
type SignInAge = (typeof signInAges)[number]

const DAY_MS = 86_400_000

const isAge = (value: unknown): value is SignInAge => signInAges.some((age) => age === value)

/** What the API is asked. Days begin at midnight, so that the same choice is the same question all day long. */
export function signInRange(
  chosen: unknown,
  now: number,
): { lastSignInAfter?: string; lastSignInBefore?: string } {
  if (!isAge(chosen)) return {}
  const days = chosen === 'over90d' ? 90 : chosen === '7d' ? 7 : 30
  const moment = new Date(Math.floor(now / DAY_MS) * DAY_MS - days * DAY_MS).toISOString()
  return chosen.startsWith('over') ? { lastSignInBefore: moment } : { lastSignInAfter: moment }
}
