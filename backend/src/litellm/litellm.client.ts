import {
  Acknowledged,
  ConnectionTest,
  DeletedKeys,
  DeploymentRow,
  GeneratedKey,
  KeyEnvelope,
  KeyHashPage,
  KeyPage,
  ModelList,
  matches,
  Readiness,
  SpendLogPage,
  StoredDeployment,
  UpdatedKey,
  type KeyRow,
} from './litellm.schemas.ts'
import { isFailure, LiteLLMError } from './litellm.errors.ts'
import { createTransport, type TransportOptions } from './litellm.transport.ts'

/** The fields of a key as LiteLLM names them. */
export type KeyFields = Readonly<Record<string, unknown>>

/** A deployment as LiteLLM names its parts; `litellm_params` may hold the provider's key. */
interface DeploymentFields {
  readonly model_name?: string
  readonly litellm_params: Readonly<Record<string, unknown>>
  readonly model_info: Readonly<Record<string, unknown>>
}

/** One question to a model, as short as its kind allows. */
export interface Probe {
  readonly path: '/v1/chat/completions' | '/v1/completions' | '/v1/embeddings'
  readonly body: Readonly<Record<string, unknown>>
}

export interface SpendLogQuery {
  /** `YYYY-MM-DD HH:MM:SS`, UTC: LiteLLM refuses RFC 3339. */
  readonly startDate: string
  readonly endDate: string
  /** From 1. */
  readonly page: number
  /** At most 100. */
  readonly pageSize?: number
  readonly keyHash?: string
  readonly requestId?: string
  /** By start time; newest first unless told so. */
  readonly oldestFirst?: boolean
}

interface CallOptions {
  readonly signal?: AbortSignal | undefined
}

export interface LiteLLMClient {
  /** Rows of `/model/info`, one per deployment, unchecked; `readCatalogue` judges them one by one. */
  listModels(options?: CallOptions): Promise<readonly unknown[]>
  /** The deployment with this id, or undefined when LiteLLM says that it has none. */
  findDeployment(id: string, options?: CallOptions): Promise<DeploymentRow | undefined>
  /** Not repeatable by itself: a taken id is a 500 there. */
  createDeployment(fields: DeploymentFields, options?: CallOptions): Promise<void>
  /** Changes what is named; the rest stays. */
  updateDeployment(id: string, fields: DeploymentFields, options?: CallOptions): Promise<void>
  /** True when it was there; false when LiteLLM says that there is no such deployment. */
  deleteDeployment(id: string, options?: CallOptions): Promise<boolean>
  /** LiteLLM tries a deployment that it does not keep. Undefined when it works, else what the provider said, unmasked. */
  testConnection(
    fields: Pick<DeploymentFields, 'litellm_params'> & { mode: string },
    options?: CallOptions & { deadlineMs?: number },
  ): Promise<string | undefined>
  /** A real call to a model that LiteLLM keeps; resolves when it was answered. */
  probeModel(probe: Probe, options?: CallOptions & { deadlineMs?: number }): Promise<void>
  /** The key with this hash, or undefined when LiteLLM says that it has none. */
  findKey(hash: string, options?: CallOptions): Promise<KeyRow | undefined>
  findKeyByAlias(alias: string, options?: CallOptions): Promise<KeyRow | undefined>
  /** Creates a key of our value; answers its hash as LiteLLM computed it. Not repeatable by itself. */
  generateKey(value: string, fields: KeyFields, options?: CallOptions): Promise<string | undefined>
  updateKey(hash: string, fields: KeyFields, options?: CallOptions): Promise<void>
  /** True when it was there; false when LiteLLM says that there is no such key. */
  deleteKey(hash: string, options?: CallOptions): Promise<boolean>
  /** One page (from 1, 100 keys) of all keys, oldest first, whoever made them. */
  listKeys(page: number, options?: CallOptions): Promise<{ keys: readonly KeyRow[]; totalPages: number }>
  /** A cheap question that needs key administration and its database to work. */
  probeKeys(options?: CallOptions): Promise<void>
  readiness(options?: CallOptions & { deadlineMs?: number }): Promise<Readiness>
  listSpendLogs(query: SpendLogQuery, options?: CallOptions): Promise<SpendLogPage>
  close(): Promise<void>
}

const PAGE_SIZE = 100

/** The typed client: every method is one endpoint, every answer is checked at this border. Rejects with LiteLLMError. */
export function createLiteLLMClient(options: TransportOptions): LiteLLMClient {
  const transport = createTransport(options)
  const admin = { operationClass: 'admin' } as const
  // A proxy that keeps no models answers each of these with 500; keys must not suffer from it.
  const models = { operationClass: 'models' } as const
  return {
    async listModels({ signal } = {}) {
      const answer = await transport.request({
        operation: 'listModels',
        operationClass: 'catalogue',
        method: 'GET',
        path: '/model/info',
        answer: ModelList,
        deadlineMs: 15_000,
        signal,
      })
      return answer.data
    },
    async findDeployment(id, { signal } = {}) {
      try {
        const query = { litellm_model_id: id }
        const call = {
          ...models,
          operation: 'findDeployment',
          method: 'GET',
          path: '/model/info',
          query,
        } as const
        const { data } = await transport.request({ ...call, answer: ModelList, signal })
        return data.find(
          (row): row is DeploymentRow => matches(DeploymentRow, row) && row.model_info.id === id,
        )
      } catch (error) {
        if (isUnknownDeployment(error)) return undefined
        throw error
      }
    },
    async createDeployment(fields, { signal } = {}) {
      const call = { ...models, operation: 'createDeployment', method: 'POST', path: '/model/new' } as const
      await transport.request({ ...call, body: fields, answer: StoredDeployment, signal })
    },
    async updateDeployment(id, fields, { signal } = {}) {
      const path = `/model/${encodeURIComponent(id)}/update`
      const call = { ...models, operation: 'updateDeployment', method: 'PATCH', path } as const
      await transport.request({ ...call, body: fields, answer: StoredDeployment, signal })
    },
    async deleteDeployment(id, { signal } = {}) {
      try {
        const call = {
          ...models,
          operation: 'deleteDeployment',
          method: 'POST',
          path: '/model/delete',
        } as const
        await transport.request({ ...call, body: { id }, answer: Acknowledged, signal })
        return true
      } catch (error) {
        if (isUnknownDeployment(error)) return false
        throw error
      }
    },
    async testConnection(body, { signal, deadlineMs } = {}) {
      const call = {
        operation: 'testConnection',
        operationClass: 'none',
        method: 'POST',
        path: '/health/test_connection',
      } as const
      const { status, result } = await transport.request({
        ...call,
        body,
        answer: ConnectionTest,
        deadlineMs,
        signal,
      })
      if (status === 'success') return undefined
      const said = result?.error
      return typeof said === 'string' ? said : (JSON.stringify(said) ?? 'no reason was given')
    },
    async probeModel({ path, body }, { signal, deadlineMs } = {}) {
      const call = { operation: 'probeModel', operationClass: 'none', method: 'POST', path } as const
      await transport.request({ ...call, body, answer: Acknowledged, deadlineMs, signal })
    },
    async findKey(hash, { signal } = {}) {
      try {
        const call = {
          ...admin,
          operation: 'findKey',
          method: 'GET',
          path: '/key/info',
          query: { key: hash },
        } as const
        const { info } = await transport.request({ ...call, answer: KeyEnvelope, signal })
        return { ...info, token: hash }
      } catch (error) {
        if (isFailure(error, 'not_found')) return undefined
        throw error
      }
    },
    async findKeyByAlias(alias, { signal } = {}) {
      const query = { key_alias: alias, return_full_object: true, page: 1, size: 10 }
      const call = { ...admin, operation: 'findKeyByAlias', method: 'GET', path: '/key/list', query } as const
      const { keys } = await transport.request({ ...call, answer: KeyPage, signal })
      return keys.find((key) => key.key_alias === alias)
    },
    async generateKey(value, fields, { signal } = {}) {
      const body = { ...fields, key: value }
      const call = {
        ...admin,
        operation: 'generateKey',
        method: 'POST',
        path: '/key/generate',
        body,
      } as const
      const answer = await transport.request({ ...call, answer: GeneratedKey, signal })
      return answer.token ?? answer.token_id ?? undefined
    },
    async updateKey(hash, fields, { signal } = {}) {
      const body = { ...fields, key: hash }
      const call = { ...admin, operation: 'updateKey', method: 'POST', path: '/key/update', body } as const
      await transport.request({ ...call, answer: UpdatedKey, signal })
    },
    async deleteKey(hash, { signal } = {}) {
      try {
        const call = { ...admin, operation: 'deleteKey', method: 'POST', path: '/key/delete' } as const
        await transport.request({ ...call, body: { keys: [hash] }, answer: DeletedKeys, signal })
        return true
      } catch (error) {
        if (isFailure(error, 'not_found')) return false
        throw error
      }
    },
    async listKeys(page, { signal } = {}) {
      const query = {
        page,
        size: PAGE_SIZE,
        return_full_object: true,
        sort_by: 'created_at',
        sort_order: 'asc',
      }
      const call = { ...admin, operation: 'listKeys', method: 'GET', path: '/key/list', query } as const
      const answer = await transport.request({ ...call, answer: KeyPage, signal })
      return { keys: answer.keys, totalPages: answer.total_pages ?? page }
    },
    async probeKeys({ signal } = {}) {
      const call = { ...admin, operation: 'probeKeys', method: 'GET', path: '/key/list' } as const
      await transport.request({ ...call, query: { page: 1, size: 1 }, answer: KeyHashPage, signal })
    },
    async readiness({ signal, deadlineMs } = {}) {
      const call = {
        operation: 'readiness',
        operationClass: 'none',
        method: 'GET',
        path: '/health/readiness',
      } as const
      const answer = await transport.request({
        ...call,
        answer: Readiness,
        deadlineMs: deadlineMs ?? 2000,
        signal,
      })
      if (answer.status === 'healthy' || answer.status === 'connected') return answer
      throw new LiteLLMError(
        { kind: 'server', status: 200, type: undefined, message: `says: ${answer.status}` },
        'readiness',
      )
    },
    async listSpendLogs(query, { signal } = {}) {
      return await transport.request({
        operationClass: 'logs',
        operation: 'listSpendLogs',
        method: 'GET',
        path: '/spend/logs/v2',
        query: {
          start_date: query.startDate,
          end_date: query.endDate,
          page: query.page,
          page_size: query.pageSize ?? PAGE_SIZE,
          api_key: query.keyHash,
          request_id: query.requestId,
          ...(query.oldestFirst === true ? { sort_by: 'startTime', sort_order: 'asc' } : {}),
        },
        answer: SpendLogPage,
        deadlineMs: 15_000,
        signal,
      })
    },
    close: () => transport.close(),
  }
}

/** LiteLLM says so with 404, or with 400 and a sentence. */
const isUnknownDeployment = (error: unknown): boolean =>
  isFailure(error, 'not_found') || (isFailure(error, 'invalid') && /not found/i.test(error.failure.message))
