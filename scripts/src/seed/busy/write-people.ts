// Rows of organizations, people and what they may use.
import type pg from 'pg'
import { Random, uuidOf } from '../random.ts'
import { copyRows, type Row } from './copy.ts'
import type { BusyOptions, BusyOrganization, BusyPerson } from './plan.ts'
import type { BusyKey, BusySubscription } from './rights.ts'

export async function writeOrganizations(
  client: pg.ClientBase,
  organizations: readonly BusyOrganization[],
): Promise<void> {
  await copyRows(
    client,
    'organizations',
    organizations.map(({ id, name, isRestrictedToList, createdAt }, place) => ({
      id,
      name,
      is_restricted_to_list: isRestrictedToList,
      rpm_limit: place === 0 ? 60_000 : null,
      created_at: createdAt,
      updated_at: createdAt,
    })),
  )
  const lists = organizations.filter(({ isRestrictedToList }) => isRestrictedToList)
  await copyRows(
    client,
    'organization_models',
    lists.flatMap(({ id, modelIds, createdAt }) =>
      modelIds.map((modelId) => ({ organization_id: id, model_id: modelId, created_at: createdAt })),
    ),
  )
  await copyRows(
    client,
    'teams',
    organizations.flatMap((organization) =>
      organization.teams.map((team, place) => ({
        organization_id: organization.id,
        id: team.id,
        name: team.name,
        description: team.isDefault ? '' : `${team.name} of ${organization.name}.`,
        is_default: team.isDefault,
        allowed_model_ids: team.modelIds,
        rpm_limit: place === 2 ? 3000 : null,
        tpm_limit: place === 3 ? 5_000_000 : null,
        created_at: team.createdAt,
        updated_at: team.createdAt,
        archived_at: team.isArchived ? new Date(team.createdAt.getTime() + 200 * 86_400_000) : null,
      })),
    ),
  )
}

export async function writePeople(client: pg.ClientBase, people: readonly BusyPerson[]): Promise<void> {
  const fresh = people.filter(({ local }) => local?.isKnown !== true)
  await copyRows(
    client,
    'users',
    fresh.map((person) => ({
      id: person.id,
      username: person.username,
      email: person.email,
      is_email_verified: true,
      display_name: person.displayName,
      platform_role: person.platformRole,
      status: person.status,
      language: person.language,
      created_at: person.createdAt,
      updated_at: person.createdAt,
      last_sign_in_at: person.lastSignInAt,
    })),
  )
  // A provider that does not exist vouches for them: nobody signs in as one of them, except the local provider's people.
  await copyRows(
    client,
    'identities',
    fresh.map(({ id, username, createdAt, lastSignInAt, local }) => ({
      id: uuidOf(`${id} identity`),
      user_id: id,
      issuer: local?.issuer ?? 'https://people.example',
      subject: local?.subject ?? username,
      created_at: createdAt,
      last_seen_at: lastSignInAt ?? createdAt,
    })),
  )
  const memberships = people.flatMap((person) => person.memberships.map((one) => ({ person, ...one })))
  await copyRows(
    client,
    'memberships',
    memberships.map(({ person, organization, role, isDisabled, isRemoved, joinedAt }) => {
      const random = new Random(`limits of ${person.id} ${organization.id}`)
      return {
        organization_id: organization.id,
        id: uuidOf(`${person.id} ${organization.id} membership`),
        user_id: person.id,
        role,
        status: isDisabled ? 'disabled' : 'active',
        removed_at: isRemoved ? new Date(joinedAt.getTime() + 86_400_000) : null,
        rpm_limit: random.isLucky(0.1) ? 600 : null,
        tpm_limit: random.isLucky(0.05) ? 1_000_000 : null,
        created_at: joinedAt,
        updated_at: joinedAt,
      }
    }),
  )
  const firstOf = new Set<string>()
  await copyRows(
    client,
    'team_members',
    memberships.flatMap(({ person, organization, teams, joinedAt }) =>
      teams.map((team): Row => {
        const isFirst = !team.isDefault && !firstOf.has(team.id)
        firstOf.add(team.id)
        return {
          organization_id: organization.id,
          team_id: team.id,
          user_id: person.id,
          role: isFirst ? 'admin' : 'member',
          created_at: joinedAt,
        }
      }),
    ),
  )
}

/** Whoever can sign in begins where their data is. */
export async function sendHome(client: pg.ClientBase, people: readonly BusyPerson[]): Promise<void> {
  for (const { id, local, memberships } of people) {
    const [home] = memberships
    if (!local || !home) continue
    await client.query('update users set last_organization_id = $2 where id = $1', [id, home.organization.id])
    await client.query('update sessions set current_organization_id = $2 where user_id = $1', [
      id,
      home.organization.id,
    ])
    // Servers remember for up to a second where somebody belongs.
    await client.query(`select pg_notify('identity_changed', 'user:' || $1)`, [id])
  }
}

export async function writeSubscriptions(
  client: pg.ClientBase,
  subscriptions: readonly BusySubscription[],
): Promise<void> {
  await copyRows(
    client,
    'subscriptions',
    subscriptions.map((one) => ({
      organization_id: one.membership.organization.id,
      id: one.id,
      user_id: one.person.id,
      model_id: one.model.id,
      status: one.status,
      reason: one.reason,
      requested_at: one.requestedAt,
      decided_at: one.decidedAt,
      decided_by: one.decidedBy,
      decision_reason: one.status === 'denied' ? 'Please name a project.' : null,
      expires_at: one.expiresAt,
      created_at: one.requestedAt,
      updated_at: one.history.at(-1)?.at ?? one.requestedAt,
      version: one.history.length,
    })),
  )
  await copyRows(
    client,
    'subscription_history',
    subscriptions.flatMap((one) =>
      one.history.map((step, place) => ({
        organization_id: one.membership.organization.id,
        id: uuidOf(`${one.id} step ${String(place)}`),
        subscription_id: one.id,
        from_status: step.from,
        to_status: step.to,
        actor_id: step.actorId,
        reason: step.reason,
        at: step.at,
      })),
    ),
  )
}

export async function writeKeys(
  client: pg.ClientBase,
  { until }: BusyOptions,
  keys: readonly BusyKey[],
): Promise<void> {
  const live = keys.filter(({ state }) => state !== 'deleted')
  const organizationId = ({ membership }: BusyKey): string => membership.organization.id
  await copyRows(
    client,
    'api_keys',
    live.map((key) => ({
      organization_id: organizationId(key),
      id: key.id,
      user_id: key.person.id,
      team_id: key.team.id,
      name: key.name,
      is_disabled: key.state === 'disabled',
      expires_at: key.expiresAt,
      rpm_limit: key.rpmLimit,
      tpm_limit: key.tpmLimit,
      max_parallel_requests: key.maxParallelRequests,
      tags: key.tags,
      allowed_ips: key.allowedIps,
      revoked_at: key.state === 'revoked' ? key.endedAt : null,
      // Nobody is reminded of what is told here.
      reminded_of: key.expiresAt,
      synced_version: 1,
      sync_state: key.isLost ? 'failed' : 'synced',
      created_at: key.createdAt,
      updated_at: key.state === 'active' ? key.createdAt : (key.endedAt ?? key.createdAt),
    })),
  )
  await copyRows(
    client,
    'api_key_secrets',
    live.flatMap((key) => secretsOf(key, until)),
  )
  await copyRows(
    client,
    'api_key_models',
    live.flatMap((key) =>
      key.subscriptions.map(({ id, model }) => ({
        organization_id: organizationId(key),
        api_key_id: key.id,
        model_id: model.id,
        subscription_id: id,
      })),
    ),
  )
  await copyRows(
    client,
    'deleted_api_keys',
    keys
      .filter(({ state }) => state === 'deleted')
      .map((key) => ({
        organization_id: organizationId(key),
        id: key.id,
        user_id: key.person.id,
        team_id: key.team.id,
        name: key.name,
        key_hint: hintOf(key.id),
        created_at: key.createdAt,
        deleted_at: key.endedAt ?? until,
        deleted_by: key.person.id,
      })),
  )
}

const hashOf = (text: string): string => `${uuidOf(text)}${uuidOf(`${text} more`)}`.replaceAll('-', '')
const hintOf = (text: string): string => `sk-litellm-...${hashOf(text).slice(0, 4)}`

/** Digests of secrets that never were: no key of these can be used before it is rotated. */
function secretsOf(key: BusyKey, until: Date): Row[] {
  const secret = (
    name: string,
    times: { createdAt: Date; validUntil: Date | null; isLost: boolean },
  ): Row => ({
    organization_id: key.membership.organization.id,
    id: uuidOf(`${key.id} secret ${name}`),
    api_key_id: key.id,
    digest: Buffer.from(hashOf(`${key.id} digest ${name}`), 'hex'),
    pepper_version: 'none',
    hint: hintOf(`${key.id} ${name}`),
    litellm_token_hash: hashOf(`${key.id} token ${name}`),
    valid_until: times.validUntil,
    revoked_at: key.state === 'revoked' ? key.endedAt : null,
    lost_at: times.isLost ? until : null,
    created_at: times.createdAt,
  })
  const rotatedAt = new Date((key.createdAt.getTime() + (key.endedAt ?? until).getTime()) / 2)
  const present = {
    createdAt: key.isRotated ? rotatedAt : key.createdAt,
    validUntil: null,
    isLost: key.isLost,
  }
  const former = { createdAt: key.createdAt, validUntil: rotatedAt, isLost: false }
  return [...(key.isRotated ? [secret('first', former)] : []), secret('present', present)]
}
