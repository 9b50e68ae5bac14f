import { PLATFORM_ORGANIZATION_ID } from '#platform/audit'
import { sql, type Tx } from '#platform/database'

interface RevokedToken {
  readonly id: string
  readonly serviceClientId: string
  readonly expiresAt: Date
}

/** False when it was revoked before. What has ended by itself meanwhile is forgotten. */
export async function insertRevokedToken(tx: Tx, token: RevokedToken, now: Date): Promise<boolean> {
  await tx.run(sql`
    delete from revoked_service_tokens where service_client_id = ${token.serviceClientId} and expires_at < ${now}`)
  return (
    (await tx.run(sql`
      insert into revoked_service_tokens (id, service_client_id, expires_at)
      values (${token.id}, ${token.serviceClientId}, ${token.expiresAt})
      on conflict do nothing`)) > 0
  )
}

/** With the platform: who failed is nobody's that we know. */
export async function insertFailedAuthentications(
  tx: Tx,
  failures: { address: string; count: number; requestId: string },
): Promise<void> {
  await tx.run(sql`
    insert into audit_logs (organization_id, category, action, result, actor_kind, door, address, request_id, resource_type, reason, count)
    values (${PLATFORM_ORGANIZATION_ID}, 'identity', 'service_client.authentication_failed', 'failed', 'anonymous', 'serviceClient',
      ${failures.address}, ${failures.requestId}, 'service_client', 'OAUTH_INVALID_CLIENT', ${failures.count})`)
}
