import { changed, listMemberships, permissionsOf, type ChangeFeed } from '#identity'
import { PLATFORM_ORGANIZATION_ID } from '#platform/audit'
import { ApplicationError } from '#platform/errors'
import { page, type PageOf } from '#platform/http'
import { BaseService, type Caller, type ServiceContext } from '#platform/services'
import { codes } from './sign-in.errors.ts'
import type { AccessToken, Me, Session, SessionListQuery } from './sign-in.schemas.ts'
import {
  chooseOrganization,
  deleteSession,
  deleteSessionsBut,
  findPerson,
  listSessions,
} from './sign-in.queries.ts'

const TOKEN_SECONDS = 600
/** Nothing cached lives longer, whether or not the notification arrives. */
const HEARD_WITHIN_MS = 1000

/** Signs the claims of a short-lived token. */
export type SignToken = (claims: {
  sub: string
  sid: string
  organizationId: string | null
  role: string
}) => string

/** What signed-in people do with their own sessions. */
export class SessionService extends BaseService {
  readonly #feed: ChangeFeed
  readonly #sign: SignToken

  constructor(context: ServiceContext, parts: { feed: ChangeFeed; sign: SignToken }) {
    super(context)
    this.#feed = parts.feed
    this.#sign = parts.sign
  }

  /** A token for the caller's current organization; it dies with the session. */
  mintToken(caller: Caller): AccessToken {
    const sid = sessionOf(caller)
    const accessToken = this.#sign({
      sub: this.personOf(caller),
      sid,
      organizationId: caller.organizationId,
      role: caller.platformRole,
    })
    return { accessToken, tokenType: 'Bearer', expiresIn: TOKEN_SECONDS }
  }

  me(caller: Caller): Promise<Me> {
    return this.#me(caller, caller.organizationId)
  }

  async #me(caller: Caller, organizationId: string | null): Promise<Me> {
    const userId = this.personOf(caller)
    const { person, all } = await this.read(caller, async (tx) => ({
      person: await findPerson(tx, userId),
      all: await listMemberships(tx, userId),
    }))
    if (!person) throw ApplicationError.unauthorized()
    const current = all.find((one) => one.organizationId === organizationId)
    // Somebody whom an outside issuer sent knows one organization, whatever else the person belongs to.
    const isOutside = caller.door === 'outsideToken'
    const isSwitching = organizationId !== caller.organizationId
    const organizationRole = isSwitching ? (current?.role ?? null) : caller.organizationRole
    return {
      user: person,
      platformRole: caller.platformRole,
      organizationRole,
      permissions: [
        ...(isSwitching ? permissionsOf(caller.platformRole, organizationRole) : caller.permissions),
      ].sort(),
      organization:
        current && organizationRole
          ? { id: current.organizationId, name: current.organizationName, role: organizationRole }
          : null,
      memberships: isOutside ? all.filter((one) => one === current) : all,
    }
  }

  async logout(caller: Caller): Promise<void> {
    await this.end(caller, sessionOf(caller))
  }

  /** Ends one of the caller's sessions; when this resolves, no request of it gets in here any more. */
  async end(caller: Caller, id: string): Promise<void> {
    sessionOf(caller)
    const actor = asPlatformAct(caller)
    await this.#andHeard([id], () =>
      this.transaction(actor, async (tx) => {
        if (!(await deleteSession(tx, id))) throw ApplicationError.notFound('session', id)
        await changed(tx, { kind: 'session', id })
        await this.audit(tx, actor, {
          category: 'identity',
          action: 'session.ended',
          resourceType: 'session',
          resourceId: id,
        })
      }),
    )
  }

  /** The caller's other sessions, or all of them. */
  async endMany(caller: Caller, { includeCurrent }: { includeCurrent: boolean }): Promise<void> {
    const current = sessionOf(caller)
    const actor = asPlatformAct(caller)
    const ended: string[] = []
    await this.#andHeard(ended, () =>
      this.transaction(actor, async (tx) => {
        ended.push(...(await deleteSessionsBut(tx, includeCurrent ? null : current)))
        for (const id of ended) {
          await changed(tx, { kind: 'session', id })
          await this.audit(tx, actor, {
            category: 'identity',
            action: 'session.ended',
            resourceType: 'session',
            resourceId: id,
          })
        }
      }),
    )
  }

  async list(caller: Caller, query: SessionListQuery): Promise<PageOf<Session>> {
    const current = sessionOf(caller)
    const { rows, total } = await this.read(caller, (tx) => listSessions(tx, query))
    return page(
      rows.map((row) => ({ ...row, isCurrent: row.id === current })),
      total,
      query,
    )
  }

  /** 404 for an organization that the caller is no member of, whether it exists or not. */
  async switchOrganization(caller: Caller, organizationId: string): Promise<Me> {
    const sessionId = sessionOf(caller)
    const userId = this.personOf(caller)
    await this.#andHeard([sessionId], () =>
      this.transaction(caller, async (tx) => {
        const memberships = await listMemberships(tx, userId)
        if (!memberships.some((one) => one.organizationId === organizationId))
          throw new ApplicationError(codes.ORGANIZATION_NOT_FOUND, 'No such organization.', {
            details: { field: 'organizationId' },
          })
        if (!(await chooseOrganization(tx, { sessionId, userId, organizationId })))
          throw ApplicationError.unauthorized()
        await changed(tx, { kind: 'session', id: sessionId })
      }),
    )
    return this.#me(caller, organizationId)
  }

  /**
   * Does the work, then waits until this process has heard its own announcement, so that the next request does not find
   * what was cached before. `ids` may be filled by the work.
   */
  async #andHeard(ids: readonly string[], work: () => Promise<void>): Promise<void> {
    const heard = new Set<string>()
    let wake: () => void = () => undefined
    const unsubscribe = this.#feed.subscribe((subject) => {
      heard.add(subject)
      wake()
    })
    const isHeard = () => ids.every((id) => heard.has(`session:${id}`))
    try {
      await work()
      if (isHeard()) return
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, HEARD_WITHIN_MS)
        wake = () => {
          if (!isHeard()) return
          clearTimeout(timer)
          resolve()
        }
      })
    } finally {
      unsubscribe()
    }
  }
}

/** Only who came through the browser's sign-in has a session: its cookie, or a token made from it. */
function sessionOf(caller: Caller): string {
  if (caller.door !== 'session' && caller.door !== 'token')
    throw ApplicationError.forbidden('Only somebody who signed in here can do this.')
  return caller.credentialId
}

/** A session is not an organization's: its beginning and end are recorded with the platform. */
const asPlatformAct = (caller: Caller): Caller => ({ ...caller, organizationId: PLATFORM_ORGANIZATION_ID })
