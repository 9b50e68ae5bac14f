import { changed } from '#identity'
import { roleOfSources } from '#modules/sign-in'
import type { OwnerFollower } from '#modules/api-keys'
import { PLATFORM_ORGANIZATION_ID } from '#platform/audit'
import type { PlatformDatabase, Tx } from '#platform/database'
import { ApplicationError } from '#platform/errors'
import { announce } from '#platform/events'
import { assertVersion, cursorPage, decodeCursor, page, usdFromNano, usdFromNanoOrNull } from '#platform/http'
import { BaseService, type Caller, type ServiceContext } from '#platform/services'
import {
  countOtherAdmins,
  deleteSessions,
  findStanding,
  lockAdministration,
  lockUser,
  updateUser,
  type StandingRow,
} from './user-standing.queries.ts'
import { listActivity } from './user-activity.queries.ts'
import { codes } from './user.errors.ts'
import {
  findUser,
  isKnownUser,
  listUsers,
  type Reach,
  type UserDetailRow,
  type UserRow,
} from './user.queries.ts'
import type {
  RoleWarning,
  UpdateUser,
  User,
  UserActivityQuery,
  UserDetail,
  UserListQuery,
} from './user.schemas.ts'

const JOB = 'user-administration'

const reachOf = (caller: Caller): Reach => (caller.reach === 'platform' ? 'all' : 'organization')

/** People, for those who administrate them. */
export class UserService extends BaseService {
  readonly #platform: PlatformDatabase
  readonly #followOwner: OwnerFollower

  constructor(context: ServiceContext, followOwner: OwnerFollower) {
    super(context)
    this.#platform = context.platformDatabase
    this.#followOwner = followOwner
  }

  async list(caller: Caller, query: UserListQuery) {
    this.organizationOf(caller)
    const { rows, total } = await this.read(caller, (tx) =>
      listUsers(tx, query, reachOf(caller), this.clock.now()),
    )
    return page(rows.map(toUser), total, query)
  }

  async get(caller: Caller, id: string): Promise<UserDetail> {
    this.organizationOf(caller)
    const row = await this.read(caller, (tx) => findUser(tx, id, reachOf(caller), this.clock.now()))
    if (!row) throw ApplicationError.notFound('user', id)
    return toDetail(row)
  }

  /** What the person did, what was done to them, and their calls, newest first. */
  async activity(caller: Caller, id: string, query: UserActivityQuery) {
    this.organizationOf(caller)
    const after = query.cursor === undefined ? undefined : decodeCursor(query.cursor)
    const rows = await this.read(caller, async (tx) => {
      if (!(await isKnownUser(tx, id, reachOf(caller)))) throw ApplicationError.notFound('user', id)
      return await listActivity(tx, id, after, query.limit)
    })
    const shown = rows.map(({ costNano, ...row }) => ({ ...row, cost: usdFromNanoOrNull(costNano) }))
    return cursorPage(shown, query.limit)
  }

  /**
   * A platform administrator changes a person of the installation. Disabling ends sessions, tokens and keys with the commit.
   * Nobody changes their own status (403 `SELF_STATUS`), and the last administrator cannot go (409 `LAST_ADMIN`).
   */
  async update(
    caller: Caller,
    id: string,
    body: UpdateUser,
    version: number | undefined,
  ): Promise<UserDetail> {
    const administrator = this.personOf(caller)
    const row = await this.#platform.transaction(JOB, async (tx) => {
      if (body.status !== undefined) await lockAdministration(tx)
      const before = await lockUser(tx, id)
      if (!before) throw ApplicationError.notFound('user', id)
      assertVersion(before.version, version)
      if (body.status !== undefined) await assertMayChangeStatus(tx, administrator, before, body.status)
      await this.#write(tx, caller, before, body)
      return await findUser(tx, id, 'all', this.clock.now())
    })
    if (!row) throw ApplicationError.notFound('user', id)
    return toDetail(row)
  }

  async #write(tx: Tx, caller: Caller, before: StandingRow, body: UpdateUser): Promise<void> {
    const after = {
      displayName: body.displayName ?? before.displayName,
      status: body.status ?? before.status,
    }
    await updateUser(tx, before.id, after)
    const isOtherStatus = after.status !== before.status
    if (isOtherStatus) await this.#follow(tx, before.id, after.status)
    await this.audit(tx, caller, {
      category: 'user',
      action: isOtherStatus ? (after.status === 'active' ? 'user.enabled' : 'user.disabled') : 'user.updated',
      resourceType: 'user',
      resourceId: before.id,
      before: { displayName: before.displayName, status: before.status },
      after,
      reason: body.reason,
      organizationId: PLATFORM_ORGANIZATION_ID,
    })
  }

  /** Everything that hangs on whether the person may come in. Enabled again, they sign in anew: old sessions stay dead. */
  async #follow(tx: Tx, userId: string, status: string): Promise<void> {
    if (status !== 'active')
      for (const id of await deleteSessions(tx, userId)) await changed(tx, { kind: 'session', id })
    await changed(tx, { kind: 'user', id: userId })
    await this.#followOwner(tx, userId)
    await announce(tx, {
      name: status === 'active' ? 'user.enabled' : 'user.disabled',
      audience: { platform: true },
      data: { userId },
      organizationId: PLATFORM_ORGANIZATION_ID,
    })
  }
}

/** Under the lock of administration, so that of administrators who disable each other one is left. */
async function assertMayChangeStatus(
  tx: Tx,
  administrator: string,
  before: StandingRow,
  status: string,
): Promise<void> {
  const isSelf = before.id === administrator.toLowerCase()
  const isGoing = status === 'disabled' && before.status === 'active' && before.platformRole === 'admin'
  if (isGoing && (await countOtherAdmins(tx, before.id)) === 0)
    throw ApplicationError.conflict('This is the last administrator.', codes.LAST_ADMIN)
  if (isSelf)
    throw ApplicationError.forbidden('Nobody disables or enables themselves.', undefined, codes.SELF_STATUS)
  const actor = await findStanding(tx, administrator)
  if (actor?.status !== 'active' || actor.platformRole !== 'admin')
    throw ApplicationError.forbidden('Your role does not allow this.', 'admin')
  if (before.status === 'departed' && status === 'active')
    throw ApplicationError.conflict(
      'The identity provider no longer knows this person; signing in there makes them active again.',
      codes.USER_DEPARTED,
    )
}

function toUser({ spendNano, ...row }: UserRow): User {
  return { ...row, spendThisMonth: usdFromNano(spendNano) }
}

function toDetail({ spendNano, spendInAllNano, budgets, ...row }: UserDetailRow): UserDetail {
  return {
    ...row,
    spendThisMonth: usdFromNano(spendNano),
    spendInAll: usdFromNano(spendInAllNano),
    roleWarnings: warningsOf(row),
    budgets: budgets.map(({ limitNano, spentNano, ...budget }) => ({
      ...budget,
      limit: limitNano === null ? null : usdFromNano(BigInt(limitNano)),
      spend: usdFromNano(BigInt(spentNano)),
    })),
  }
}

/** Groups that contradict each other are mostly a mistake of whoever keeps them. */
function warningsOf({
  roleSources,
  platformRole,
}: Pick<UserDetailRow, 'roleSources' | 'platformRole'>): RoleWarning[] {
  const has = (source: string) => roleSources.includes(source)
  const isAdmin = has('adminGroup') || has('initialAdmin')
  const warnings: RoleWarning[] = []
  if (has('readonlyGroup') && isAdmin)
    warnings.push({
      code: 'READONLY_AND_ADMIN',
      message: 'Read-only by group and administrator all the same: the higher role counts.',
    })
  else if (has('readonlyGroup') && has('userGroup'))
    warnings.push({
      code: 'READONLY_AND_USER',
      message: 'In the groups of read-only administrators and of users: changes nothing, and mints no keys.',
    })
  if (roleSources.length > 0 && roleOfSources(roleSources) !== platformRole)
    warnings.push({
      code: 'ROLE_DIFFERS',
      message: 'The stored role is not the one that the provider’s groups gave when they were last read.',
    })
  return warnings
}
