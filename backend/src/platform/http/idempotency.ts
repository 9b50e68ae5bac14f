import { createHash } from 'node:crypto'
import { Type } from '@sinclair/typebox'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { PLATFORM_ORGANIZATION_ID } from '#platform/audit'
import { sql, type Tx } from '#platform/database'
import { ApplicationError } from '#platform/errors'
import type { Caller } from '#platform/caller'

/** Who repeats what: read from the request by the route, used inside the service's transaction. */
export interface IdempotencyFacts {
  readonly key: string | undefined
  readonly operationId: string
  readonly bodyDigest: Buffer
  readonly statusCode: number
  /** Told when the answer is a replay, so that the header can be set. */
  readonly onReplay: () => void
}

const KEY = /^[\x21-\x7e]{1,255}$/
const HOURS_KEPT = 24

/** Reads `Idempotency-Key`; 400 when it is malformed, or missing where the route demands it. */
export function idempotencyOf(
  request: FastifyRequest,
  reply: FastifyReply,
  statusCode: number,
): IdempotencyFacts {
  const header = request.headers['idempotency-key']
  const key = Array.isArray(header) ? header.join(',') : header
  if (key === undefined && request.routeOptions.config.idempotency === 'required')
    throw ApplicationError.validation('The header Idempotency-Key is required here.', 'idempotency-key')
  if (key !== undefined && !KEY.test(key))
    throw ApplicationError.validation(
      'Idempotency-Key must be 1 to 255 printable ASCII characters.',
      'idempotency-key',
    )
  return {
    key,
    operationId: String(request.routeOptions.schema?.operationId ?? request.routeOptions.url),
    bodyDigest: createHash('sha256')
      .update(JSON.stringify([request.params, request.body ?? null]))
      .digest(),
    statusCode,
    onReplay: () => void reply.header('idempotent-replayed', 'true'),
  }
}

const Stored = Type.Object({ bodyDigest: Type.Unsafe<Buffer>({}), response: Type.Unknown() })

/**
 * Runs `work` once per (organization, caller, operation, key). A repetition gets the first answer, with `withoutSecret`
 * applied before it was stored; another body under the same key is 422; one that is still under way is 409 at once, so
 * that no connection waits. Only successes are stored, in the transaction of the work itself.
 */
export async function idempotent<T>(
  tx: Tx,
  caller: Caller,
  facts: IdempotencyFacts | undefined,
  now: Date,
  work: () => Promise<T>,
  withoutSecret: (answer: T) => T = (answer) => answer,
): Promise<T> {
  if (facts?.key === undefined) return work()
  // Named, because the platform's own transactions see the rows of all organizations.
  const organizationId = caller.organizationId ?? PLATFORM_ORGANIZATION_ID
  const scope = `${organizationId}|${callerId(caller)}|${facts.operationId}|${facts.key}`
  const { isMine } = await tx.one(
    sql(
      Type.Object({ isMine: Type.Boolean() }),
    )`select pg_try_advisory_xact_lock(hashtextextended(${scope}, 0)) as "isMine"`,
  )
  if (!isMine)
    throw new ApplicationError(
      'IDEMPOTENCY_IN_PROGRESS',
      'The first request with this Idempotency-Key is still under way.',
      { retryAfterSeconds: 1 },
    )
  const stored = await tx.find(sql(Stored)`
    select body_digest as "bodyDigest", response from idempotency_keys
    where organization_id = ${organizationId} and caller_id = ${callerId(caller)} and operation_id = ${facts.operationId} and key = ${facts.key} and expires_at > ${now}`)
  if (stored) {
    if (!facts.bodyDigest.equals(stored.bodyDigest))
      throw ApplicationError.unprocessable(
        'This Idempotency-Key was used for another request.',
        'IDEMPOTENCY_MISMATCH',
      )
    facts.onReplay()
    return stored.response as T
  }
  const answer = await work()
  const expiresAt = new Date(now.getTime() + HOURS_KEPT * 3_600_000)
  await tx.run(sql`
    insert into idempotency_keys (organization_id, caller_id, operation_id, key, body_digest, status_code, response, created_at, expires_at)
    values (${organizationId}, ${callerId(caller)}, ${facts.operationId}, ${facts.key}, ${facts.bodyDigest}, ${facts.statusCode},
      ${JSON.stringify(withoutSecret(answer))}, ${now}, ${expiresAt})
    on conflict (organization_id, caller_id, operation_id, key) do update
      set body_digest = excluded.body_digest, status_code = excluded.status_code, response = excluded.response,
          created_at = excluded.created_at, expires_at = excluded.expires_at`)
  return answer
}

/** People by their id, so that a new session or token repeats the same request. */
function callerId(caller: Caller): string {
  return caller.userId ?? caller.credentialId
}
