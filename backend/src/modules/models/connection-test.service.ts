import {
  connectionResult,
  judgeConnection,
  LiteLLMError,
  maskSecrets,
  type LiteLLM,
  type Probe,
} from '#litellm'
import { PLATFORM_ORGANIZATION_ID } from '#platform/audit'
import type { PlatformDatabase } from '#platform/database'
import type { EgressPolicy } from '#platform/egress'
import { ApplicationError } from '#platform/errors'
import { BaseService, type Caller, type ServiceContext } from '#platform/services'
import { assertEgress } from './egress.ts'
import { codes } from './model.errors.ts'
import type { ConnectionTestResult, TestConnection } from './model-admin.schemas.ts'
import { findStored } from './model-admin.queries.ts'

const JOB = 'model-administration'
const DEADLINE_MS = 15_000
const MAX_MESSAGE = 500

/** Undefined when it worked, else what the provider said. */
type Attempt = () => Promise<string | undefined>

interface Subject {
  readonly resourceId: string
  readonly facts: Readonly<Record<string, unknown>>
  /** Never to be shown, whatever the provider repeats. */
  readonly secret: string | undefined
}

/** Tries models. The calls are LiteLLM's: this server never goes where somebody's URL leads. */
export class ConnectionTestService extends BaseService {
  readonly #platform: PlatformDatabase
  readonly #client: LiteLLM['client']
  readonly #egress: EgressPolicy

  constructor(context: ServiceContext, parts: { client: LiteLLM['client']; egress: EgressPolicy }) {
    super(context)
    this.#platform = context.platformDatabase
    this.#client = parts.client
    this.#egress = parts.egress
  }

  /** Before it is kept: LiteLLM tries it with what was given. 422 `EGRESS_REFUSED`. */
  async testDraft(caller: Caller, body: TestConnection): Promise<ConnectionTestResult> {
    await assertEgress(this.#egress, body.apiBase)
    const { apiKey, mode = 'chat', providerModel, provider, apiBase } = body
    const parameters = {
      model: providerModel,
      ...(provider === undefined ? {} : { custom_llm_provider: provider }),
      ...(apiBase === undefined ? {} : { api_base: apiBase }),
      ...(apiKey === undefined ? {} : { api_key: apiKey }),
    }
    const facts = { providerModel, provider, apiBase, mode }
    return await this.#attempt(caller, { resourceId: 'draft', facts, secret: apiKey }, () =>
      this.#client.testConnection({ litellm_params: parameters, mode }, { deadlineMs: DEADLINE_MS }),
    )
  }

  /** One call of one token to a model that LiteLLM keeps. 422 `MODEL_NOT_TESTABLE` where there is no such short call. */
  async testStored(caller: Caller, id: string): Promise<ConnectionTestResult> {
    const model = await this.#platform.transaction(JOB, (tx) => findStored(tx, id), { readOnly: true })
    if (!model) throw ApplicationError.notFound('model', id)
    const probe = probeOf(model.name, model.mode)
    const subject = { resourceId: id, facts: { model: model.name }, secret: undefined }
    return await this.#attempt(caller, subject, async () => {
      await this.#client.probeModel(probe, { deadlineMs: DEADLINE_MS })
      return undefined
    })
  }

  async #attempt(caller: Caller, subject: Subject, attempt: Attempt): Promise<ConnectionTestResult> {
    const startedAt = performance.now()
    const outcome = await judged(attempt)
    const answer = {
      result: outcome.result,
      message: outcome.said === null ? null : readable(outcome.said, subject.secret),
      durationMs: Math.round(performance.now() - startedAt),
    }
    await this.#platform.transaction(JOB, (tx) =>
      this.audit(tx, caller, {
        category: 'model',
        action: 'model.connection_tested',
        resourceType: 'model',
        resourceId: subject.resourceId,
        after: { ...subject.facts, result: answer.result },
        organizationId: PLATFORM_ORGANIZATION_ID,
      }),
    )
    return answer
  }
}

type Outcome = { readonly result: ConnectionTestResult['result']; readonly said: string | null }

async function judged(attempt: Attempt): Promise<Outcome> {
  try {
    const said = await attempt()
    return said === undefined ? { result: 'found', said: null } : { result: judgeConnection(said), said }
  } catch (error) {
    const result = connectionResult(error)
    if (result !== undefined && error instanceof LiteLLMError)
      return { result, said: result === 'timeout' ? null : error.failure.message }
    if (!(error instanceof LiteLLMError)) throw error
    throw ApplicationError.unavailable(
      'LiteLLM cannot be asked right now.',
      codes.LITELLM_UNAVAILABLE,
      5,
      error,
    )
  }
}

/** One line, without secrets. */
function readable(said: string, secret: string | undefined): string {
  const text = secret === undefined ? said : said.replaceAll(secret, '***')
  return maskSecrets(text)
    .replaceAll(/[\p{Cc}\p{Cf}\p{Cs}]+/gu, ' ')
    .slice(0, MAX_MESSAGE)
}

function probeOf(model: string, mode: string): Probe {
  const messages = [{ role: 'user', content: 'Hi' }]
  if (mode === 'chat' || mode === 'responses')
    return { path: '/v1/chat/completions', body: { model, messages, max_tokens: 1 } }
  if (mode === 'completion') return { path: '/v1/completions', body: { model, prompt: 'Hi', max_tokens: 1 } }
  if (mode === 'embedding') return { path: '/v1/embeddings', body: { model, input: 'Hi' } }
  throw ApplicationError.unprocessable(
    'Models of this kind cannot be tried with a short call.',
    codes.MODEL_NOT_TESTABLE,
  )
}
