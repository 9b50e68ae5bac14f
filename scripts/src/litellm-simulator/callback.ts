import { isObject, objectOf, stringOf, type JsonObject } from './json.ts'
import type { SpendLog } from './spend.ts'

/** Where finished calls are pushed to, and how badly. */
export interface CallbackSettings {
  url: string
  headers: Record<string, string>
  format: 'json_array' | 'ndjson' | 'single'
  /** Loses every n-th event, as a failed POST does; 0 loses none. */
  dropEvery: number
  /** Sends each batch twice. */
  duplicate: boolean
  /** Sends the newest event of a batch first. */
  reorder: boolean
}

/** What was sent since the settings were made. */
interface CallbackCounts {
  events: number
  dropped: number
  posts: number
  failedPosts: number
}

const batchSize = 512
const formats = ['json_array', 'ndjson', 'single'] as const

/** Reads the body of `PUT /simulator/callback`; null turns the callback off. */
export function parseCallback(body: JsonObject): CallbackSettings | null {
  const url = stringOf(body['url'])
  if (url === null) return null
  const headers = Object.entries(objectOf(body['headers'])).map(
    ([name, value]) => [name, String(value)] as const,
  )
  const dropEvery = body['dropEvery']
  return {
    url,
    headers: Object.fromEntries(headers),
    format: formats.find((format) => format === body['format']) ?? 'json_array',
    dropEvery: typeof dropEvery === 'number' ? dropEvery : 0,
    duplicate: body['duplicate'] === true,
    reorder: body['reorder'] === true,
  }
}

const seconds = (iso: string): number => Date.parse(iso) / 1000

/** A spend row as LiteLLM's generic API logger sends it (`StandardLoggingPayload`). */
function loggingPayload(log: SpendLog): JsonObject {
  const { user_api_key: hash, spend_logs_metadata, usage_object, error_information, ...rest } = log.metadata
  const { cost_breakdown, ...metadata } = rest
  const first = log.completionStartTime ?? log.endTime
  return {
    id: log.request_id,
    trace_id: log.session_id,
    call_type: log.call_type,
    stream: first === log.endTime ? null : true,
    response_cost: log.spend,
    cost_breakdown: cost_breakdown ?? null,
    status: log.status,
    status_fields: { llm_api_status: log.status, guardrail_status: 'not_run' },
    custom_llm_provider: log.custom_llm_provider,
    total_tokens: log.total_tokens,
    prompt_tokens: log.prompt_tokens,
    completion_tokens: log.completion_tokens,
    startTime: seconds(log.startTime),
    endTime: seconds(log.endTime),
    completionStartTime: seconds(first),
    response_time: seconds(log.endTime) - seconds(log.startTime),
    model: log.model,
    model_id: log.model_id,
    model_group: log.model_group,
    api_base: log.api_base,
    metadata: {
      user_api_key_hash: hash ?? null,
      ...metadata,
      spend_logs_metadata: spend_logs_metadata ?? null,
      requester_metadata: {},
      usage_object: usage_object ?? null,
      applied_guardrails: [],
    },
    cache_hit: log.cache_hit === 'True',
    cache_key: null,
    saved_cache_cost: 0,
    request_tags: log.request_tags,
    end_user: log.end_user,
    requester_ip_address: log.requester_ip_address,
    user_agent: null,
    // LiteLLM sends prompts and answers along unless it is told not to.
    messages: [{ role: 'user', content: 'A prompt that nobody needs for counting.' }],
    response: { choices: [{ message: { role: 'assistant', content: 'An answer that nobody needs.' } }] },
    model_parameters: {},
    hidden_params: {},
    model_map_information: { model_map_key: log.model, model_map_value: null },
    error_str: isObject(error_information) ? stringOf(error_information['error_message']) : null,
    error_information: error_information ?? null,
    guardrail_information: null,
  }
}

/**
 * The generic API logger: batches of 512 events or every 5 s, at most once. The queue is emptied even when the POST fails,
 * as LiteLLM does.
 */
export class Callback {
  #settings: CallbackSettings | null = null
  #queue: JsonObject[] = []
  #seen = 0
  #counts: CallbackCounts = { events: 0, dropped: 0, posts: 0, failedPosts: 0 }
  #sending: Promise<void> = Promise.resolve()

  configure(settings: CallbackSettings | null): void {
    this.#settings = settings
    this.#queue = []
    this.#seen = 0
    this.#counts = { events: 0, dropped: 0, posts: 0, failedPosts: 0 }
  }

  get counts(): CallbackCounts {
    return this.#counts
  }

  add(log: SpendLog): void {
    if (this.#settings === null) return
    this.#queue.push(loggingPayload(log))
    if (this.#queue.length >= batchSize) void this.flush()
  }

  /** Sends what is queued; resolves when it was sent or lost. */
  flush(): Promise<void> {
    this.#sending = this.#sending.then(() => this.#send())
    return this.#sending
  }

  async #send(): Promise<void> {
    const settings = this.#settings
    const queue = this.#queue
    this.#queue = []
    if (settings === null || queue.length === 0) return
    const kept = queue.filter(() => {
      this.#seen += 1
      return settings.dropEvery === 0 || this.#seen % settings.dropEvery !== 0
    })
    this.#counts.events += queue.length
    this.#counts.dropped += queue.length - kept.length
    if (kept.length === 0) return
    const events = settings.reorder ? kept.toReversed() : kept
    const bodies =
      settings.format === 'single'
        ? events.map((event) => JSON.stringify(event))
        : [
            settings.format === 'ndjson'
              ? events.map((event) => JSON.stringify(event)).join('\n')
              : JSON.stringify(events),
          ]
    for (const body of settings.duplicate ? [...bodies, ...bodies] : bodies) await this.#post(settings, body)
  }

  async #post(settings: CallbackSettings, body: string): Promise<void> {
    this.#counts.posts += 1
    try {
      const headers = { 'content-type': 'application/json', ...settings.headers }
      const answer = await fetch(settings.url, { method: 'POST', headers, body })
      await answer.arrayBuffer()
      if (!answer.ok) this.#counts.failedPosts += 1
    } catch {
      this.#counts.failedPosts += 1
    }
  }
}
