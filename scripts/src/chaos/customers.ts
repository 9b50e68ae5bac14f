import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Random } from './random.ts'
import { request, type Answer, type Stage } from './stage.ts'

/** A key as its owner knows it: only what was answered. */
export interface OwnedKey {
  readonly id: string
  /** Undefined once a rotation's answer was lost. */
  secret: string | undefined
  isRevoked: boolean
  /** Somebody is changing it: two changes of one key at a time would refuse each other. */
  isBusy: boolean
}

interface KeyAnswer {
  data: { id: string; key: string | null }
}

const JSON_MODEL = 'granite-4-small'
const STREAM_MODEL = 'storyteller-long'

/** How an owner's requests went; `lost` ones got no answer and were repeated until they did. */
export interface Tally {
  calls: number
  lostCalls: number
  created: number
  rotated: number
  revoked: number
  lost: number
  /** Answers that nobody should get, by status. */
  strange: Map<string, number>
}

/** People who use keys while the server dies under them, and repeat what they got no answer to, as people do. */
export class Customers {
  readonly keys: OwnedKey[] = []
  readonly tally: Tally = {
    calls: 0,
    lostCalls: 0,
    created: 0,
    rotated: 0,
    revoked: 0,
    lost: 0,
    strange: new Map(),
  }
  /** Secrets whose end was answered, so that nothing may accept them any more. */
  readonly endedSecrets: string[] = []
  readonly #stage: Stage
  readonly #random: Random
  readonly #pending = new Set<Promise<unknown>>()
  #modelIds: string[] = []
  #isResting = false

  constructor(stage: Stage, random: Random) {
    this.#stage = stage
    this.#random = random
  }

  /** Subscribes, and mints the first keys. Afterwards `live` is never empty for long, see `replenish`. */
  async prepare(): Promise<void> {
    const { body } = await this.#ask('GET', '/api/v1/models?limit=100')
    const models = (body as { data: { id: string; name: string }[] }).data
    for (const { id, name } of models) {
      if (name !== JSON_MODEL && name !== STREAM_MODEL) continue
      await this.#ask('POST', '/api/v1/subscriptions', { modelId: id })
      this.#modelIds.push(id)
    }
    for (let count = 0; count < 4; count += 1) await this.create()
  }

  get live(): OwnedKey[] {
    return this.keys.filter((key) => !key.isRevoked && !key.isBusy && key.secret !== undefined)
  }

  /** Starts something without waiting for it; `settled` waits for all. */
  begin(work: Promise<unknown>): void {
    const tracked = work
      .catch((error: unknown) => this.#strange(String(error)))
      .finally(() => this.#pending.delete(tracked))
    this.#pending.add(tracked)
  }

  async settled(): Promise<void> {
    while (this.#pending.size > 0) await Promise.all(this.#pending)
  }

  rest(): void {
    this.#isResting = true
  }

  async create(): Promise<void> {
    const maxBudget = this.#random.pick([null, 0.5, 25]) ?? null
    const body = { name: 'chaos', modelIds: this.#modelIds, maxBudget }
    const answer = await this.#untilAnswered('POST', '/api/v1/api-keys', body)
    if (answer.status !== 201) return this.#strange(`create ${String(answer.status)}`)
    const { id, key } = (answer.body as KeyAnswer).data
    this.tally.created += 1
    this.keys.push({ id, secret: key ?? undefined, isRevoked: false, isBusy: false })
  }

  /**
   * Sees to it that there are keys to do something with: whoever lost the answer with the secret rotates, as the
   * documentation says; else a new one is made.
   */
  async replenish(count: number): Promise<void> {
    while (this.live.length < count) {
      const silent = this.keys.find((key) => !key.isRevoked && !key.isBusy && key.secret === undefined)
      await (silent ? this.rotate(silent) : this.create())
    }
  }

  async rotate(key: OwnedKey): Promise<void> {
    key.isBusy = true
    const old = key.secret
    key.secret = undefined
    const answer = await this.#untilAnswered('POST', `/api/v1/api-keys/${key.id}/rotate`, {
      overlapSeconds: 0,
    })
    if (answer.status !== 200) return this.#strange(`rotate ${String(answer.status)}`)
    this.tally.rotated += 1
    if (old !== undefined) this.endedSecrets.push(old)
    key.secret = (answer.body as KeyAnswer).data.key ?? undefined
    key.isBusy = false
  }

  async revoke(key: OwnedKey): Promise<void> {
    key.isRevoked = true
    const answer = await this.#untilAnswered('DELETE', `/api/v1/api-keys/${key.id}`)
    if (answer.status !== 204) return this.#strange(`revoke ${String(answer.status)}`)
    this.tally.revoked += 1
    if (key.secret !== undefined) this.endedSecrets.push(key.secret)
  }

  /** One model call, JSON or stream; when the server dies meanwhile it is lost, and its cost must be found all the same. */
  async call(key: OwnedKey, isStream: boolean): Promise<void> {
    const { secret } = key
    if (secret === undefined) return
    const body = {
      model: isStream ? STREAM_MODEL : JSON_MODEL,
      messages: [{ role: 'user', content: `Something about number ${String(this.#random.between(1, 1e6))}` }],
      max_tokens: this.#random.between(20, 120),
      stream: isStream,
    }
    this.tally.calls += 1
    try {
      const { status } = await request(this.#stage.url, secret, 'POST', '/v1/chat/completions', body)
      // 401: ended while it was on its way. 429: its budget is spent. 503: the server has just started.
      if (![200, 401, 429, 503].includes(status)) this.#strange(`call ${String(status)}`)
    } catch {
      this.tally.lostCalls += 1
    }
  }

  async #ask(method: string, path: string, body?: unknown, idempotencyKey?: string): Promise<Answer> {
    const headers = idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey }
    return request(this.#stage.url, this.#stage.token, method, path, body, headers)
  }

  /** The same request with the same Idempotency-Key, until it is answered with something but "not now". */
  async #untilAnswered(method: string, path: string, body?: unknown): Promise<Answer> {
    const idempotencyKey = method === 'POST' ? randomUUID() : undefined
    for (let attempt = 0; ; attempt += 1) {
      try {
        const answer = await this.#ask(method, path, body, idempotencyKey)
        const isBusy =
          answer.status === 503 || (answer.status === 409 && codeOf(answer) === 'IDEMPOTENCY_IN_PROGRESS')
        if (!isBusy || this.#isResting) return answer
      } catch (error) {
        if (attempt === 0) this.tally.lost += 1
        if (this.#isResting && attempt > 200) throw error
      }
      await sleep(50)
    }
  }

  #strange(what: string): void {
    this.tally.strange.set(what, (this.tally.strange.get(what) ?? 0) + 1)
  }
}

const codeOf = (answer: Answer): unknown => (answer.body as { code?: unknown } | undefined)?.code
