// Subscriptions and keys, asked for and decided through the API, as people do it.
import { recordAudit } from '@litemaas/backend/audit'
import { sql } from '@litemaas/backend/database'
import type { Api, Installation } from './installation.ts'
import { seedActor } from './organization.ts'
import type { PersonName, PlannedKey, PlannedSubscription } from './plan.ts'

export type People = Readonly<Record<PersonName, Api>>
interface Subscription {
  readonly id: string
  readonly modelId: string
  readonly status: string
}
interface Key {
  readonly id: string
  readonly name: string
}

/** Who decides on the requests of whom: nobody decides on their own. */
const reviewerOf = (person: PersonName): PersonName => (person === 'alice' ? 'admin' : 'alice')

const mine = (api: Api, what: string): Promise<Subscription[]> => api.call('GET', `/api/v1/${what}?limit=100`)

/** Answers how many are new. What somebody already has for a model stays as it is. */
export async function ensureSubscriptions(
  installation: Installation,
  organizationId: string,
  people: People,
  planned: readonly PlannedSubscription[],
): Promise<number> {
  let made = 0
  for (const wish of planned) {
    const api = people[wish.person]
    const known = await mine(api, 'subscriptions')
    if (known.some((one) => one.modelId === wish.model.id)) continue
    const body = { modelId: wish.model.id, reason: wish.reason }
    const subscription = await api.call<Subscription>('POST', '/api/v1/subscriptions', body)
    await bringTo(installation, organizationId, people, wish, subscription)
    made += 1
  }
  return made
}

async function bringTo(
  installation: Installation,
  organizationId: string,
  people: People,
  { person, status }: PlannedSubscription,
  { id, status: present }: Subscription,
): Promise<void> {
  const review = `/api/v1/admin/subscriptions/${id}`
  if (status === 'denied') {
    await people[reviewerOf(person)].call('POST', `${review}/deny`, { reason: 'Please name a project.' })
  } else if (status !== 'pending' && present === 'pending') {
    await people[reviewerOf(person)].call('POST', `${review}/approve`, { reason: 'Agreed.' })
  }
  if (status === 'cancelled') await people[person].call('DELETE', `/api/v1/subscriptions/${id}`)
  if (status === 'suspended' || status === 'expired') await end(installation, organizationId, id, status)
}

/** States that no act of a person leads to yet. No key uses these subscriptions, so nothing else must follow. */
async function end(
  { platform }: Installation,
  organizationId: string,
  id: string,
  status: 'suspended' | 'expired',
): Promise<void> {
  await platform.transaction('seed', async (tx) => {
    await tx.run(sql`
      update subscriptions set status = ${status}, version = version + 1, updated_at = now()
      where organization_id = ${organizationId} and id = ${id}`)
    await tx.run(sql`
      insert into subscription_history (organization_id, subscription_id, from_status, to_status)
      values (${organizationId}, ${id}, 'active', ${status})`)
    await recordAudit(tx, seedActor(organizationId), {
      category: 'subscription',
      action: `subscription.${status}`,
      resourceType: 'subscription',
      resourceId: id,
      before: { status: 'active' },
      after: { status },
    })
  })
}

/** The keys by name, and how many are new. Their secrets are thrown away: rotate one to use it. */
export async function ensureKeys(
  people: People,
  planned: readonly PlannedKey[],
): Promise<{ ids: ReadonlyMap<PlannedKey, string>; made: number }> {
  const ids = new Map<PlannedKey, string>()
  let made = 0
  for (const key of planned) {
    const api = people[key.person]
    const known = await api.call<Key[]>('GET', '/api/v1/api-keys?limit=100')
    const present = known.find((one) => one.name === key.name)
    ids.set(key, present?.id ?? (await createKey(api, key)))
    if (!present) made += 1
  }
  return { ids, made }
}

async function createKey(api: Api, key: PlannedKey): Promise<string> {
  const modelIds = key.models.map((model) => model.id)
  const { id } = await api.call<Key>('POST', '/api/v1/api-keys', {
    name: key.name,
    modelIds,
    ...key.settings,
  })
  if (key.isRevoked) await api.call('DELETE', `/api/v1/api-keys/${id}`)
  return id
}
