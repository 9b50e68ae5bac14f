/** What must not come back: who was signed in, what was about to be handed over, and what only the moment knew. */
export const TRANSIENT = [
  'event_readers',
  'event_tickets',
  'events',
  'login_attempts',
  'logout_tokens',
  'provider_grants',
  'sessions',
]

/** A restore leaves it as it is: the list of the files, one of which is being restored. */
export const PRESERVED = ['backups']

/** Tables that no backup of ours has; of LiteLLM’s database all are taken. */
export const EXCLUDED = [...TRANSIENT, ...PRESERVED]

export const excludedFrom = (source: 'litemaas' | 'litellm'): readonly string[] =>
  source === 'litemaas' ? EXCLUDED : []
