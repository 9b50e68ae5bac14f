import { Type, type Static, type TSchema } from '@sinclair/typebox'
import { TypeCompiler, type TypeCheck } from '@sinclair/typebox/compiler'

// Answers of LiteLLM as far as we read them. Unknown fields are let through, because every release adds some; nearly
// every field may be null or absent. Money is decimal text (see exact-json.ts).

const Maybe = <S extends TSchema>(schema: S) => Type.Optional(Type.Union([schema, Type.Null()]))
/** Inside `litellm_params` LiteLLM itself turns numbers into strings, so both are met. */
const Decimal = Type.String()

export const KeyRow = Type.Object({
  token: Maybe(Type.String()),
  key_alias: Maybe(Type.String()),
  models: Maybe(Type.Array(Type.String())),
  max_budget: Maybe(Decimal),
  budget_duration: Maybe(Type.String()),
  budget_reset_at: Maybe(Type.String()),
  rpm_limit: Maybe(Type.Number()),
  tpm_limit: Maybe(Type.Number()),
  max_parallel_requests: Maybe(Type.Number()),
  expires: Maybe(Type.String()),
  blocked: Maybe(Type.Boolean()),
  metadata: Maybe(Type.Record(Type.String(), Type.Unknown())),
  user_id: Maybe(Type.String()),
  spend: Maybe(Decimal),
  created_at: Maybe(Type.String()),
})
export type KeyRow = Static<typeof KeyRow>

export const KeyEnvelope = Type.Object({ key: Type.String(), info: KeyRow })
export const GeneratedKey = Type.Object({ token: Maybe(Type.String()), token_id: Maybe(Type.String()) })
export const UpdatedKey = Type.Object({ key: Type.String() })
export const DeletedKeys = Type.Object({ deleted_keys: Type.Array(Type.Unknown()) })
export const KeyPage = Type.Object({
  keys: Type.Array(KeyRow),
  total_pages: Maybe(Type.Integer()),
  current_page: Maybe(Type.Integer()),
  total_count: Maybe(Type.Integer()),
})
export type KeyPage = Static<typeof KeyPage>
export const KeyHashPage = Type.Object({ keys: Type.Array(Type.Unknown()) })

/** One row per deployment, each judged alone: one odd row must not hide the others. */
export const ModelList = Type.Object({ data: Type.Array(Type.Unknown()) })

export const DeploymentRow = Type.Object({
  model_name: Type.String(),
  litellm_params: Maybe(
    Type.Object({ model: Maybe(Type.String()), custom_llm_provider: Maybe(Type.String()) }),
  ),
  model_info: Type.Intersect([
    Type.Object({
      id: Type.String(),
      mode: Maybe(Type.String()),
      litellm_provider: Maybe(Type.String()),
      description: Maybe(Type.String()),
      max_tokens: Maybe(Type.Number()),
      max_input_tokens: Maybe(Type.Number()),
      max_output_tokens: Maybe(Type.Number()),
      input_cost_per_token: Maybe(Decimal),
      output_cost_per_token: Maybe(Decimal),
      cache_read_input_token_cost: Maybe(Decimal),
      litemaas: Maybe(Type.Object({ restricted: Maybe(Type.Boolean()), description: Maybe(Type.String()) })),
    }),
    Type.Record(Type.String(), Type.Unknown()),
  ]),
})
export type DeploymentRow = Static<typeof DeploymentRow>

/** As little as names a deployment. */
export const ListedId = Type.Object({ model_info: Type.Object({ id: Type.String() }) })

/** What LiteLLM says when a deployment was stored; its text is encrypted, and nothing of it is needed. */
export const StoredDeployment = Type.Object({ model_id: Maybe(Type.String()) })
export const Acknowledged = Type.Unknown()
export const ConnectionTest = Type.Object({
  status: Type.String(),
  result: Maybe(Type.Object({ error: Maybe(Type.Unknown()) })),
})

export const Readiness = Type.Object({
  status: Type.String(),
  db: Maybe(Type.String()),
  litellm_version: Maybe(Type.String()),
})
export type Readiness = Static<typeof Readiness>

export const SpendLogRow = Type.Object({
  request_id: Type.String(),
  call_type: Maybe(Type.String()),
  api_key: Maybe(Type.String()),
  spend: Maybe(Decimal),
  prompt_tokens: Maybe(Type.Number()),
  completion_tokens: Maybe(Type.Number()),
  total_tokens: Maybe(Type.Number()),
  startTime: Maybe(Type.String()),
  endTime: Maybe(Type.String()),
  model: Maybe(Type.String()),
  model_group: Maybe(Type.String()),
  user: Maybe(Type.String()),
  status: Maybe(Type.String()),
  metadata: Maybe(Type.Record(Type.String(), Type.Unknown())),
})
export type SpendLogRow = Static<typeof SpendLogRow>
export const SpendLogPage = Type.Object({
  data: Type.Array(SpendLogRow),
  total: Maybe(Type.Integer()),
  page: Maybe(Type.Integer()),
  total_pages: Maybe(Type.Integer()),
})
export type SpendLogPage = Static<typeof SpendLogPage>

const compiled = new WeakMap<TSchema, TypeCheck<TSchema>>()

/** True when the value has the schema's shape; the check is compiled once per schema. */
export function matches<S extends TSchema>(schema: S, value: unknown): value is Static<S> {
  let check = compiled.get(schema)
  if (!check) {
    check = TypeCompiler.Compile<TSchema>(schema)
    compiled.set(schema, check)
  }
  return check.Check(value)
}
