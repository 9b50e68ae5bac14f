import { sql, type Tx } from '#platform/database'
import { actorIdOf, type Caller } from '#platform/caller'

/** Owns the acts that belong to no customer's organization; it has no members. */
export const PLATFORM_ORGANIZATION_ID = '00000000-0000-4000-8000-000000000000'

export interface AuditEvent {
  /** Coarse group for filters, e.g. `api-key`. */
  readonly category: string
  /** What was done, `noun.verb` in the past tense, e.g. `api_key.revoked`. */
  readonly action: string
  readonly resourceType: string
  readonly resourceId: string
  readonly before?: unknown
  readonly after?: unknown
  readonly reason?: string | undefined
  /** Only where it is not the transaction's own organization. */
  readonly organizationId?: string
}

/** By how a field's name ends, in any spelling: `clientSecret`, `provider_key`, `access_token_ciphertext`. */
const SECRET_FIELDS =
  /(secret|token|password|passphrase|digest|ciphertext|sealed|verifier|authorization|cookie|hash)s?$|(^|provider_?|api_?|private_?|signing_?|encryption_?|access_?)key$/i
const MASK = '[masked]'

const isBytes = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && 'type' in value && value.type === 'Buffer'

/** JSON with secrets masked by field name, whatever a caller hands in. Bytes are never shown: none of them is a fact for people. */
export function masked(value: unknown): string | null {
  if (value === undefined || value === null) return null
  return JSON.stringify(value, (name, inner: unknown) => {
    if (isBytes(inner)) return MASK
    if (SECRET_FIELDS.test(name) && (typeof inner === 'string' || Array.isArray(inner))) return MASK
    return typeof inner === 'bigint' ? inner.toString() : inner
  })
}

export async function recordAudit(tx: Tx, caller: Caller, event: AuditEvent): Promise<void> {
  const organizationId = event.organizationId ?? caller.organizationId ?? PLATFORM_ORGANIZATION_ID
  await tx.run(sql`
    insert into audit_logs (organization_id, category, action, actor_kind, actor_id, door, address, request_id,
      resource_type, resource_id, before, after, reason)
    values (${organizationId}, ${event.category}, ${event.action}, ${caller.kind}, ${actorIdOf(caller)}, ${caller.door},
      ${caller.address}, ${caller.requestId}, ${event.resourceType}, ${event.resourceId}, ${masked(event.before)},
      ${masked(event.after)}, ${event.reason ?? null})`)
}
