import { apiKeyHint, mintApiKeySecret, proxyTokenHash, type KeyDigester } from '#identity'
import type { Tx } from '#platform/database'
import { insertSecret } from './api-key-secret.queries.ts'

/** A new secret of a key. Its value exists here, in the answer, and sealed in the outbox until the proxy has it. */
export async function mintSecret(
  tx: Tx,
  digester: KeyDigester,
  apiKeyId: string,
): Promise<{ id: string; value: string }> {
  const value = mintApiKeySecret()
  const id = await insertSecret(tx, {
    apiKeyId,
    digest: digester.digest(value),
    pepperVersion: digester.version,
    hint: apiKeyHint(value),
    proxyTokenHash: proxyTokenHash(value),
  })
  return { id, value }
}
