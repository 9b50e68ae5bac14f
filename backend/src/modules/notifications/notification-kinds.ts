/** What people can be told, as they choose it in their preferences; and what holds for who has chosen nothing. */
export const kinds = {
  'request-waiting': { inApp: true, email: true },
  'request-decided': { inApp: true, email: true },
  budget: { inApp: true, email: true },
  'api-key': { inApp: true, email: true },
  model: { inApp: true, email: true },
  job: { inApp: true, email: false },
  membership: { inApp: true, email: false },
  webhook: { inApp: true, email: true },
  platform: { inApp: true, email: true },
} as const satisfies Readonly<Record<string, Channels>>

export interface Channels {
  readonly inApp: boolean
  readonly email: boolean
}

export type Kind = keyof typeof kinds
export const kindNames = Object.keys(kinds) as [Kind, ...Kind[]]
export const severities = ['info', 'success', 'warning', 'danger'] as const
export type Severity = (typeof severities)[number]
