// LiteLLM's side of it: the models are really there, and the keys stand there as the rows say, so that nothing is repaired.
import type pg from 'pg'
import type { BusyModel } from './models.ts'

export interface ProxyAddress {
  readonly url: string
  readonly masterKey: string
}

export class Proxy {
  readonly #address: ProxyAddress

  constructor(address: ProxyAddress) {
    this.#address = address
  }

  /** Registers what is not there yet. @throws Error with what LiteLLM said. */
  async addModels(models: readonly BusyModel[]): Promise<void> {
    const { data } = (await this.#ask('GET', '/model/info')) as { data: { model_name: string }[] }
    const known = new Set(data.map((row) => row.model_name))
    for (const model of models.filter(({ name }) => !known.has(name)))
      await this.#ask('POST', '/model/new', deploymentOf(model))
  }

  /** False where LiteLLM cannot be told of keys by their hashes, as everywhere but at the simulated one. */
  async importKeys(keys: readonly object[]): Promise<boolean> {
    try {
      await this.#ask('POST', '/simulator/keys', { keys })
      return true
    } catch (error) {
      if (error instanceof ProxyRefusal && error.status === 404) return false
      throw error
    }
  }

  async #ask(method: string, path: string, body?: object): Promise<unknown> {
    const { url, masterKey } = this.#address
    const response = await fetch(new URL(path, url), {
      method,
      headers: { authorization: `Bearer ${masterKey}`, 'content-type': 'application/json' },
      ...(body ? { body: JSON.stringify(body) } : {}),
    })
    const text = await response.text()
    if (!response.ok) throw new ProxyRefusal(path, response.status, text)
    return JSON.parse(text) as unknown
  }
}

class ProxyRefusal extends Error {
  readonly status: number

  constructor(path: string, status: number, text: string) {
    super(`LiteLLM answered ${String(status)} to ${path}: ${text.slice(0, 300)}`)
    this.name = 'ProxyRefusal'
    this.status = status
  }
}

/** US dollars per token, written so that a float keeps it. */
const perToken = (nanoPerMillion: bigint): number => Number(`${String(nanoPerMillion)}e-15`)

function deploymentOf(model: BusyModel): object {
  const flags = model.abilities.filter((ability) => !['chat', 'embeddings'].includes(ability))
  const costs = {
    input_cost_per_token: perToken(model.inputPriceNano),
    output_cost_per_token: perToken(model.outputPriceNano),
    ...(model.cachedInputPriceNano === null
      ? {}
      : { cache_read_input_token_cost: perToken(model.cachedInputPriceNano) }),
  }
  return {
    model_name: model.name,
    litellm_params: {
      model: `${model.provider}/${model.name}`,
      api_base: 'https://models.example/v1',
      ...costs,
    },
    model_info: {
      id: litellmIdOf(model),
      mode: model.mode,
      max_input_tokens: model.contextLength,
      max_output_tokens: model.maxOutputTokens,
      litellm_provider: model.provider,
      litemaas: { restricted: model.isRestricted, description: model.description },
      ...costs,
      ...Object.fromEntries(flags.map((flag) => [`supports_${flag}`, true])),
    },
  }
}

export const litellmIdOf = ({ name }: BusyModel): string => `busy-${name}`

interface KeyRow {
  readonly token: string
  readonly secret_id: string
  readonly organization_id: string
  readonly key_id: string
  readonly user_id: string
  readonly is_blocked: boolean
  readonly models: string[]
  readonly max_budget: number | null
  readonly budget_duration: string | null
  readonly rpm_limit: number | null
  readonly tpm_limit: number | null
  readonly max_parallel_requests: number | null
  readonly expires: string | null
  readonly version: number
}

/** The keys of these organizations that are good for something, as LiteLLM would have them after each was told to it. */
export async function keysForProxy(
  client: pg.ClientBase,
  organizationIds: readonly string[],
  now: Date,
): Promise<object[]> {
  const { rows: settings } = await client.query<{ installation: string }>(
    `select value #>> '{}' as installation from settings where key = 'installation'`,
  )
  const installation = settings[0]?.installation ?? ''
  const { rows } = await client.query<KeyRow>(
    `select s.litellm_token_hash as token, s.id as secret_id, s.organization_id, k.id as key_id, k.user_id, k.desired_version as version,
       (k.is_disabled or u.status <> 'active' or m.status <> 'active') as is_blocked,
       array(select md.name from api_key_models km join models md on md.id = km.model_id
         join subscriptions sub on sub.organization_id = km.organization_id and sub.id = km.subscription_id and sub.status = 'active'
         where km.organization_id = k.organization_id and km.api_key_id = k.id order by md.name) as models,
       (b.limit_nano / 1e9)::float8 as max_budget, case when b.duration = '1y' then '1mo' else b.duration end as budget_duration,
       k.rpm_limit * 2 as rpm_limit, k.tpm_limit * 2 as tpm_limit, k.max_parallel_requests * 2 as max_parallel_requests,
       least(k.expires_at, s.valid_until) as expires
     from api_key_secrets s
     join api_keys k on k.organization_id = s.organization_id and k.id = s.api_key_id
     join users u on u.id = k.user_id
     join memberships m on m.organization_id = k.organization_id and m.user_id = k.user_id
     join budgets b on b.organization_id = k.organization_id and b.level = 'key' and b.subject_id = k.id
     where s.organization_id = any ($1) and s.revoked_at is null and s.lost_at is null and k.revoked_at is null
       and (s.valid_until is null or s.valid_until > $2)`,
    [organizationIds, now],
  )
  return rows.map((row) => ({
    token: row.token,
    key_alias: `litemaas-${installation}-${row.secret_id}`,
    models: row.models.length === 0 ? ['no-default-models'] : row.models,
    max_budget: row.max_budget,
    budget_duration: row.budget_duration,
    rpm_limit: row.rpm_limit,
    tpm_limit: row.tpm_limit,
    max_parallel_requests: row.max_parallel_requests,
    expires: row.expires,
    blocked:
      row.is_blocked || row.models.length === 0 || (row.expires !== null && new Date(row.expires) <= now),
    metadata: { installation, organizationId: row.organization_id, keyId: row.key_id, version: row.version },
    user_id: row.user_id,
  }))
}
