import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { call, errorOf, freshSecret, sha256, type Target } from './target.ts'

interface LogRow {
  request_id: string
  api_key: string
  spend: number
  total_tokens: number
  status: string
  model_group: string
  metadata: { spend_logs_metadata?: unknown }
}

const patienceMs = 120_000

async function logsOf(target: Target, hash: string, wanted: number): Promise<LogRow[]> {
  const day = (offset: number): string =>
    new Date(Date.now() + offset * 86_400_000).toISOString().slice(0, 10)
  const path = `/spend/logs/v2?start_date=${day(-1)}&end_date=${day(1)}&api_key=${hash}&page_size=100`
  const deadline = Date.now() + patienceMs
  for (;;) {
    if (target.flush !== null) await target.flush()
    const reply = await call(target, 'GET', path)
    expect(reply.status).toBe(200)
    const rows = reply.body?.['data'] as LogRow[]
    if (rows.length >= wanted || Date.now() > deadline) return rows
    await sleep(2000)
  }
}

/** The spend logs that usage is reconciled with. Needs a database. */
export function spendContract(target: () => Target): void {
  describe('spend logs', () => {
    it(
      "hold one row per call, under the answer's id, with our own metadata",
      { timeout: patienceMs + 20_000 },
      async () => {
        const key = freshSecret()
        await call(target(), 'POST', '/key/generate', { body: { key } })
        const { chatModel: model } = target()
        const requestId = randomUUID()
        const headers = { 'x-litellm-spend-logs-metadata': JSON.stringify({ requestId }) }
        const body = { model, messages: [{ role: 'user', content: 'Count me.' }] }
        const answer = await call(target(), 'POST', '/v1/chat/completions', { key, headers, body })
        const rows = await logsOf(target(), sha256(key), 1)
        expect(rows).toHaveLength(1)
        expect(rows[0]).toMatchObject({
          request_id: answer.body?.['id'],
          api_key: sha256(key),
          model_group: model,
          status: 'success',
          metadata: { spend_logs_metadata: { requestId } },
        })
        expect(rows[0]?.spend).toBeCloseTo(Number(answer.headers.get('x-litellm-response-cost')), 12)
        expect(answer.body?.['usage']).toMatchObject({ total_tokens: rows[0]?.total_tokens })
        await call(target(), 'POST', '/key/delete', { body: { keys: [sha256(key)] } })
      },
    )

    it('want both dates, not in RFC 3339, and pages of at most 100', async () => {
      const missing = await call(target(), 'GET', '/spend/logs/v2')
      expect(missing.status).toBe(400)
      expect(errorOf(missing).type).toBe('bad_request')
      const path = '/spend/logs/v2?start_date=2026-01-01T00:00:00Z&end_date=2026-01-02T00:00:00Z'
      const rfc = await call(target(), 'GET', path)
      expect(rfc.status).toBe(400)
      const large = await call(
        target(),
        'GET',
        '/spend/logs/v2?start_date=2026-01-01&end_date=2026-01-02&page_size=101',
      )
      expect(large.status).toBe(422)
    })

    it('are reported by enterprise only: /global/spend/report is 400', async () => {
      const reply = await call(
        target(),
        'GET',
        '/global/spend/report?start_date=2026-01-01&end_date=2026-01-02',
      )
      expect(reply.status).toBe(400)
      expect(reply.body?.['detail']).toBeDefined()
    })
  })
}
