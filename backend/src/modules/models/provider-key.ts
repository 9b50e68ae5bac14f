import type { Cipher } from '#platform/encryption'

/** Where a provider's key is sent: LiteLLM calls this address as this provider. */
export interface Destination {
  readonly providerModel: string | null
  readonly provider: string | null
  readonly apiBase: string | null
}

/** The part of a destination that decides who gets to see the key. */
export function placeOf({ providerModel, provider, apiBase }: Destination): string {
  if (apiBase !== null) return `at ${apiBase}`
  const [prefix = '', rest] = (providerModel ?? '').split('/', 2)
  return `of ${provider ?? (rest === undefined ? 'openai' : prefix)}`
}

// Bound to the row and to the place: a key that is moved to another one cannot be opened there.
const contextOf = (deploymentId: string, destination: Destination): string =>
  `model_deployments/${deploymentId}/${placeOf(destination)}`

export function sealProviderKey(
  cipher: Cipher,
  deploymentId: string,
  destination: Destination,
  key: string,
): { providerKey: Buffer; providerKeyHint: string } {
  return {
    providerKey: cipher.seal(key, contextOf(deploymentId, destination)),
    providerKeyHint: `...${key.length >= 16 ? key.slice(-4) : ''}`,
  }
}

/** Throws when it was sealed for another place. */
export function openProviderKey(
  cipher: Cipher,
  deployment: Destination & { readonly id: string; readonly providerKey: Buffer },
): string {
  return cipher.open(deployment.providerKey, contextOf(deployment.id, deployment))
}
