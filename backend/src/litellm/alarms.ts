/** What a person must look at. It is logged as an error and counted; nothing is decided by it. */
export interface Alarm {
  readonly kind:
    'intent_dead' | 'catalogue_empty' | 'too_many_orphans' | 'key_lost' | 'drift_persists' | 'foreign_object'
  readonly message: string
  readonly details: Readonly<Record<string, string | number>>
}

/** The part of a pino logger that this room uses. */
export interface Log {
  debug(facts: object, message: string): void
  info(facts: object, message: string): void
  warn(facts: object, message: string): void
  error(facts: object, message: string): void
}

export type RaiseAlarm = (alarm: Alarm) => void
