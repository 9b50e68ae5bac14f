import { createHash } from 'node:crypto'
import { Type } from '@sinclair/typebox'
import { changed, type IdentityProvider, type ProviderLogout } from '#identity'
import { PLATFORM_ORGANIZATION_ID } from '#platform/audit'
import { sql, type PlatformDatabase, type Tx } from '#platform/database'
import { ApplicationError } from '#platform/errors'
import { BaseService, systemCaller, type ServiceContext } from '#platform/services'
import { codes } from './sign-in.errors.ts'

const JOB = 'sign-in.back-channel-logout'

/** The identity provider ends sessions: OpenID Connect Back-Channel Logout 1.0. */
export class BackChannelLogout extends BaseService {
  readonly #platform: PlatformDatabase
  readonly #provider: Pick<IdentityProvider, 'readLogout'>

  constructor(context: ServiceContext, provider: Pick<IdentityProvider, 'readLogout'>) {
    super(context)
    this.#platform = context.platformDatabase
    this.#provider = provider
  }

  /** Ends the sessions that the token names, whether there are any or not. 400 for a token that is not valid, or used already. */
  async end(token: string, from: { requestId: string; address: string }): Promise<void> {
    const logout = await this.#provider.readLogout(token)
    const actor = { ...systemCaller(JOB, PLATFORM_ORGANIZATION_ID), ...from }
    await this.#platform.transaction(JOB, async (tx) => {
      if (!(await useOnce(tx, logout)))
        throw new ApplicationError(codes.LOGOUT_TOKEN_REFUSED, 'This logout token was used already.')
      for (const { id, userId } of await deleteNamedSessions(tx, logout)) {
        await changed(tx, { kind: 'session', id })
        await this.audit(tx, actor, {
          category: 'identity',
          action: 'session.ended',
          resourceType: 'session',
          resourceId: id,
          before: { userId },
          reason: 'The identity provider ended it.',
        })
      }
    })
  }
}

async function useOnce(tx: Tx, { issuer, tokenId, expiresAt }: ProviderLogout): Promise<boolean> {
  const digest = createHash('sha256').update(`${issuer}\u001f${tokenId}`).digest()
  const inserted = await tx.run(sql`
    insert into logout_tokens (digest, expires_at) values (${digest}, ${expiresAt}) on conflict (digest) do nothing`)
  return inserted > 0
}

const Ended = Type.Object({ id: Type.String(), userId: Type.String() })

/** With both named, one session of that person; with a subject alone, all of theirs. Only people of this provider. */
function deleteNamedSessions(tx: Tx, { issuer, subject, sessionId }: ProviderLogout) {
  return tx.many(sql(Ended)`
    delete from sessions s where (${sessionId}::text is null or s.provider_sid = ${sessionId})
      and exists (select from identities i where i.user_id = s.user_id and i.issuer = ${issuer}
        and (${subject}::text is null or i.subject = ${subject}))
    returning s.id, s.user_id as "userId"`)
}
