import { DeploymentRow, matches, type LiteLLM } from '#litellm'
import { ApplicationError } from '#platform/errors'
import { codes } from './model.errors.ts'

/** A deployment that somebody made at LiteLLM, as far as we may know it. */
export interface FoundDeployment {
  readonly litellmId: string
  readonly providerModel: string | null
  readonly provider: string | null
  readonly apiBase: string | null
}

/**
 * LiteLLM's deployments of a public name, now. 422 `MODEL_NOT_EDITABLE` when one of them stands in LiteLLM's own
 * configuration file, where nobody can change it over HTTP. 503 while LiteLLM cannot be read.
 */
export async function editableDeployments(
  client: LiteLLM['client'],
  name: string,
): Promise<FoundDeployment[]> {
  const rows = (await client.listModels()).filter(
    (row): row is DeploymentRow => matches(DeploymentRow, row) && row.model_name === name,
  )
  if (rows.some((row) => row.model_info['db_model'] !== true))
    throw ApplicationError.unprocessable(
      'LiteLLM reads this model from its configuration file; change it there.',
      codes.MODEL_NOT_EDITABLE,
    )
  return rows.map((row) => {
    const parameters: Readonly<Record<string, unknown>> = row.litellm_params ?? {}
    const text = (field: string) => {
      const value = parameters[field]
      return typeof value === 'string' && value !== '' && value.length <= 2000 ? value : null
    }
    return {
      litellmId: row.model_info.id,
      providerModel: text('model')?.slice(0, 300) ?? null,
      provider: text('custom_llm_provider')?.slice(0, 100) ?? null,
      apiBase: text('api_base'),
    }
  })
}
