import type { LiteLLMClient } from './litellm.client.ts'

/** Everything that LiteLLM is told about one deployment of a model. It is always sent whole, never as a difference. */
export interface DesiredDeployment {
  /** LiteLLM's id; for those that we make it is ours, so that a repeated creation meets itself. */
  readonly litellmId: string
  /** The public name of the model. */
  readonly name: string
  /** `litellm_params`, with the provider's key where we hold one. */
  readonly parameters: Readonly<Record<string, unknown>>
  /** `model_info`. */
  readonly facts: Readonly<Record<string, unknown>>
  /** Somebody else made it; when it is gone, it is not ours to make again. */
  readonly isAdopted: boolean
}

/**
 * Makes LiteLLM's deployment what it should be, whatever it was before. Safe to repeat after any interruption: it looks
 * first, and the id is ours. Rejects with LiteLLMError.
 */
export async function putDeployment(
  client: LiteLLMClient,
  desired: DesiredDeployment,
  signal: AbortSignal,
): Promise<void> {
  const fields = {
    litellm_params: desired.parameters,
    model_info: { ...desired.facts, id: desired.litellmId },
  }
  if (desired.isAdopted || (await client.findDeployment(desired.litellmId, { signal })))
    await client.updateDeployment(desired.litellmId, fields, { signal })
  else await client.createDeployment({ model_name: desired.name, ...fields }, { signal })
}
