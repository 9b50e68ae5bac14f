import { PLATFORM_ORGANIZATION_ID } from '#platform/audit'
import { sql, type Tx } from '#platform/database'
import { announce } from '#platform/events'

interface Named {
  readonly id: string
  readonly name: string
}

type Facts = Readonly<Record<string, string | number | boolean | null>>

/**
 * Tells the platform's administrators, and whoever has a live subscription in any organization. One statement for all of
 * them: a popular model has thousands.
 */
async function tellSubscribers(tx: Tx, name: string, model: Named, facts: Facts): Promise<void> {
  const data = { modelId: model.id, modelName: model.name, ...facts }
  await announce(tx, {
    name,
    audience: { platform: true },
    data,
    organizationId: PLATFORM_ORGANIZATION_ID,
  })
  await tx.run(sql`
    insert into events (organization_id, name, user_id, data)
    select s.organization_id, ${name}, s.user_id, ${JSON.stringify(data)}::jsonb from subscriptions s
    where s.model_id = ${model.id} and s.status in ('pending', 'active', 'suspended')`)
}

/** Nobody can call it now; keys keep it for when it comes back. */
export const modelWentAway = (tx: Tx, model: Named): Promise<void> =>
  tellSubscribers(tx, 'model.unavailable', model, {})

export const modelCameBack = (tx: Tx, model: Named): Promise<void> =>
  tellSubscribers(tx, 'model.available', model, {})

export const modelPriceChanged = (tx: Tx, model: Named): Promise<void> =>
  tellSubscribers(tx, 'model.price-changed', model, {})
