import { isFailure, LiteLLMError } from './litellm.errors.ts'
import type { LiteLLMClient } from './litellm.client.ts'
import { isOurs, keyFields, keyHash, newKeyFields, type DesiredKey } from './desired-key.ts'

export interface Delivery {
  readonly key: DesiredKey
  /** The key's value, known only until LiteLLM has it. Asked only when LiteLLM has no such key. */
  readonly openValue: () => Promise<string | undefined>
  readonly installation: string
  readonly now: Date
  readonly signal?: AbortSignal | undefined
}

/** `lost`: LiteLLM has no such key and its value is no longer known. */
export type DeliveryResult = 'applied' | 'lost'

/**
 * Makes LiteLLM's key what it should be, whatever it was before. Safe to repeat after any interruption: it looks first,
 * and both hash and alias are ours. Rejects with LiteLLMError.
 */
export async function putKey(client: LiteLLMClient, delivery: Delivery): Promise<DeliveryResult> {
  const { key, now, signal } = delivery
  const existing = await client.findKey(key.hash, { signal })
  if (existing) {
    await client.updateKey(key.hash, keyFields(key, now), { signal })
    return 'applied'
  }
  const value = await delivery.openValue()
  if (value === undefined) return 'lost'
  if (keyHash(value) !== key.hash) throw refused('the sealed value is not the value of this key')
  try {
    await generate(client, value, delivery)
  } catch (error) {
    if (!isFailure(error, 'alias_taken')) throw error
    if (await isAliasFree(client, delivery)) await generate(client, value, delivery)
    else await client.updateKey(key.hash, keyFields(key, now), { signal })
  }
  return 'applied'
}

async function generate(client: LiteLLMClient, value: string, { key, now, signal }: Delivery): Promise<void> {
  const hash = await client.generateKey(value, newKeyFields(key, now), { signal })
  if (hash !== undefined && hash !== key.hash) throw refused('it answered with the hash of another value')
}

/**
 * Our alias on another hash is a left-over of ours, e.g. from before a restore; anybody else's is left alone. False when
 * the holder is this very key, made by a delivery that was thought lost.
 */
async function isAliasFree(client: LiteLLMClient, { key, installation, signal }: Delivery): Promise<boolean> {
  const holder = await client.findKeyByAlias(key.alias, { signal })
  if (!holder) return true
  if (holder.token === key.hash) return false
  if (!holder.token || !isOurs(holder, installation))
    throw refused('the alias belongs to a key that is not ours')
  await client.deleteKey(holder.token, { signal })
  return true
}

const refused = (message: string) =>
  new LiteLLMError({ kind: 'invalid', status: 400, type: undefined, message }, 'putKey')
