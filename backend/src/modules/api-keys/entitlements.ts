import type { Tx } from '#platform/database'
import { ApplicationError } from '#platform/errors'
import { codes } from './api-key.errors.ts'
import type { CreateApiKey } from './api-key.schemas.ts'
import {
  findOwnSubscription,
  holdEntitlements,
  listKnownModels,
  type Entitlement,
} from './key-models.queries.ts'

/**
 * The caller's active subscriptions to the models that they name, held until the end of the transaction. 404 for a model
 * that does not exist, 422 for one without an active subscription.
 */
export async function entitlementsTo(
  tx: Tx,
  userId: string,
  modelIds: readonly string[],
): Promise<Entitlement[]> {
  const wanted = [...new Set(modelIds.map((id) => id.toLowerCase()))]
  const held = await holdEntitlements(tx, userId, wanted)
  const missing = wanted.filter((id) => !held.some((one) => one.modelId === id))
  if (missing.length === 0) return held
  const known = await listKnownModels(tx, missing)
  const unknown = missing.find((id) => !known.has(id))
  if (unknown !== undefined) throw ApplicationError.notFound('model', unknown, 'modelIds')
  throw notSubscribed(missing, 'modelIds')
}

/** What a creation names: models, or in the old way one subscription. */
export async function entitlementsOf(tx: Tx, userId: string, body: CreateApiKey): Promise<Entitlement[]> {
  const { modelIds, subscriptionId } = body
  if (modelIds !== undefined && subscriptionId === undefined)
    return await entitlementsTo(tx, userId, modelIds)
  if (subscriptionId === undefined || modelIds !== undefined)
    throw ApplicationError.validation('Name either `modelIds` or one `subscriptionId`.', 'modelIds')
  const subscription = await findOwnSubscription(tx, userId, subscriptionId)
  if (!subscription) throw ApplicationError.notFound('subscription', subscriptionId, 'subscriptionId')
  const held = await holdEntitlements(tx, userId, [subscription.modelId])
  const entitlement = held.find((one) => one.subscriptionId === subscriptionId.toLowerCase())
  if (!entitlement)
    throw ApplicationError.unprocessable('This subscription is not active.', codes.SUBSCRIPTION_NOT_ACTIVE, {
      field: 'subscriptionId',
      status: subscription.status,
    })
  return [entitlement]
}

const notSubscribed = (modelIds: readonly string[], field: string) =>
  new ApplicationError(codes.MODEL_NOT_SUBSCRIBED, 'You have no active subscription to this model.', {
    details: { field, modelIds },
    suggestion: 'Subscribe with POST /api/v1/subscriptions; a restricted model needs an approval first.',
  })
