import { randomUUID } from 'node:crypto'
import { afterEach, describe, expect, it } from 'vitest'
import { call, errorOf, freshSecret, sha256, type Reply, type Target } from './target.ts'

/** Virtual keys, as the outbox and the reconciler use them. Needs a database. */
export function keysContract(target: () => Target): void {
  const made: string[] = []

  const generate = (body: Record<string, unknown>): Promise<Reply> => {
    if (typeof body['key'] === 'string') made.push(sha256(body['key']))
    return call(target(), 'POST', '/key/generate', { body })
  }
  const info = (key: string): Promise<Reply> =>
    call(target(), 'GET', `/key/info?key=${encodeURIComponent(key)}`)
  const rowOf = (reply: Reply): Record<string, unknown> => reply.body?.['info'] as Record<string, unknown>

  afterEach(async () => {
    for (const hash of made.splice(0)) await call(target(), 'POST', '/key/delete', { body: { keys: [hash] } })
  })

  describe('keys', () => {
    it('are generated from our own value, and known by its sha-256', async () => {
      const key = freshSecret()
      const reply = await generate({
        key,
        key_alias: `contract-${randomUUID()}`,
        models: [target().chatModel],
        max_budget: 1.5,
        budget_duration: '1mo',
        duration: '30d',
        metadata: { keyId: 'k1' },
      })
      expect(reply.status).toBe(200)
      expect(reply.body).toMatchObject({ key, token: sha256(key), token_id: sha256(key), duration: null })
      expect(String(reply.body?.['expires'])).toMatch(/Z$/)
      const described = await info(sha256(key))
      expect(described.status).toBe(200)
      const row = rowOf(described)
      expect(row).toMatchObject({
        max_budget: 1.5,
        budget_duration: '1mo',
        metadata: { keyId: 'k1' },
        spend: 0,
      })
      expect(String(row['budget_reset_at'])).toMatch(/-01T00:00:00.*\+00:00$/)
      expect(row['token']).toBeUndefined()
      expect((await info(key)).status).toBe(200)
    })

    it('that exist already stay as they are when generated again', async () => {
      const key = freshSecret()
      await generate({ key, rpm_limit: 5 })
      const again = await generate({ key, rpm_limit: 9 })
      expect(again.status).toBe(200)
      expect(again.body).toMatchObject({ rpm_limit: 9 })
      expect(rowOf(await info(key))['rpm_limit']).toBe(5)
    })

    it('have unique aliases, and are found by them', async () => {
      const alias = `contract-${randomUUID()}`
      const key = freshSecret()
      await generate({ key, key_alias: alias })
      const clash = await generate({ key: freshSecret(), key_alias: alias })
      expect(clash.status).toBe(400)
      expect(errorOf(clash)).toMatchObject({ type: 'bad_request_error', param: 'key_alias' })
      const listed = await call(target(), 'GET', `/key/list?key_alias=${alias}&return_full_object=true`)
      expect(listed.body).toMatchObject({ total_count: 1, current_page: 1, total_pages: 1 })
      expect(listed.body?.['keys']).toMatchObject([{ token: sha256(key) }])
    })

    it('are updated by hash: what is present changes, null clears, metadata is replaced', async () => {
      const key = freshSecret()
      await generate({ key, max_budget: 2, rpm_limit: 7, metadata: { a: 1, b: 2 } })
      const body = { key: sha256(key), max_budget: null, metadata: { b: 3 } }
      const reply = await call(target(), 'POST', '/key/update', { body })
      expect(reply.status).toBe(200)
      expect(reply.body?.['key']).toBe(sha256(key))
      expect(rowOf(await info(key))).toMatchObject({ max_budget: null, rpm_limit: 7, metadata: { b: 3 } })
    })

    it('that are unknown are 404 to /key/info and /key/delete, 401 to /key/update and /key/block', async () => {
      const key = sha256(freshSecret())
      const described = await info(key)
      expect(described.status).toBe(404)
      expect(errorOf(described)).toMatchObject({ type: 'not_found_error', param: 'key' })
      const deleted = await call(target(), 'POST', '/key/delete', { body: { keys: [key] } })
      expect(deleted.status).toBe(404)
      expect(errorOf(deleted).message).toContain('No keys found')
      const updated = await call(target(), 'POST', '/key/update', { body: { key, rpm_limit: 1 } })
      expect(updated.status).toBe(401)
      const blocked = await call(target(), 'POST', '/key/block', { body: { key } })
      expect(blocked.status).toBe(401)
      expect(errorOf(blocked).type).toBe('token_not_found_in_db')
    })

    it('stop working when deleted', async () => {
      const key = freshSecret()
      await generate({ key })
      expect((await call(target(), 'GET', '/v1/models', { key })).status).toBe(200)
      const deleted = await call(target(), 'POST', '/key/delete', { body: { keys: [sha256(key)] } })
      expect(deleted.body).toEqual({ deleted_keys: [sha256(key)] })
      const refused = await call(target(), 'GET', '/v1/models', { key })
      expect(refused.status).toBe(401)
      expect(errorOf(refused).type).toBe('token_not_found_in_db')
    })

    it('stop working when blocked, and work again when unblocked', async () => {
      const key = freshSecret()
      await generate({ key })
      const blocked = await call(target(), 'POST', '/key/block', { body: { key: sha256(key) } })
      expect(blocked.body).toMatchObject({ blocked: true })
      const refused = await call(target(), 'GET', '/v1/models', { key })
      expect(refused.status).toBe(401)
      expect(errorOf(refused)).toMatchObject({ type: 'auth_error' })
      await call(target(), 'POST', '/key/unblock', { body: { key: sha256(key) } })
      expect((await call(target(), 'GET', '/v1/models', { key })).status).toBe(200)
    })

    it('are paged by at most 100', async () => {
      const page = await call(
        target(),
        'GET',
        '/key/list?page=1&size=100&return_full_object=true&sort_by=created_at&sort_order=asc',
      )
      expect(page.status).toBe(200)
      expect(Array.isArray(page.body?.['keys'])).toBe(true)
      const tooMany = await call(target(), 'GET', '/key/list?size=101')
      expect(tooMany.status).toBe(422)
      expect(Array.isArray(tooMany.body?.['detail'])).toBe(true)
    })

    it('of a plain caller may not administer keys', async () => {
      const key = freshSecret()
      await generate({ key })
      const reply = await call(target(), 'POST', '/key/generate', { key, body: {} })
      expect(reply.status).toBe(401)
      expect(errorOf(reply).type).toBe('auth_error')
    })
  })

  // Without a database a proxy answers these with 500 or 400 no_db_connection.
  describe('credentials', () => {
    it.each([
      ['none', null, 'auth_error'],
      ['of a foreign form', 'abc', 'auth_error'],
      ['unknown', freshSecret(), 'token_not_found_in_db'],
    ])('that are %s: 401', async (_name, key, type) => {
      const reply = await call(target(), 'POST', '/v1/chat/completions', {
        key,
        body: { model: 'x', messages: [] },
      })
      expect(reply.status).toBe(401)
      expect(errorOf(reply)).toMatchObject({ type, code: '401' })
    })
  })

  describe('rights and budgets', () => {
    const ask = (key: string, model: string): Promise<Reply> =>
      call(target(), 'POST', '/v1/chat/completions', {
        key,
        body: { model, messages: [{ role: 'user', content: 'Hello' }] },
      })

    it('a model that the key may not call: 401 or 403, one type', async () => {
      const key = freshSecret()
      await generate({ key, models: ['some-other-model'] })
      const reply = await ask(key, target().chatModel)
      expect([401, 403]).toContain(reply.status)
      expect(errorOf(reply)).toMatchObject({ type: 'key_model_access_denied', param: 'model' })
    })

    it('no-default-models allows nothing', async () => {
      const key = freshSecret()
      await generate({ key, models: ['no-default-models'] })
      expect(errorOf(await ask(key, target().chatModel)).type).toBe('key_model_access_denied')
    })

    it('a spent budget: 400 or 429, one type, for lists too, and for the call after the one that spent it', async () => {
      const key = freshSecret()
      await generate({ key, max_budget: 1e-9 })
      expect((await ask(key, target().chatModel)).status).toBe(200)
      const reply = await ask(key, target().chatModel)
      expect([400, 429]).toContain(reply.status)
      expect(errorOf(reply)).toMatchObject({ type: 'budget_exceeded', param: null })
      expect(errorOf(await call(target(), 'GET', '/v1/models', { key })).type).toBe('budget_exceeded')
    })

    it('too many requests: 429 with retry-after and the kind of limit', async () => {
      const key = freshSecret()
      await generate({ key, rpm_limit: 1 })
      const first = await ask(key, target().chatModel)
      expect(first.headers.get('x-ratelimit-api_key-remaining-requests')).toBe('0')
      const reply = await ask(key, target().chatModel)
      expect(reply.status).toBe(429)
      expect(reply.headers.get('retry-after')).toBe('60')
      expect(reply.headers.get('rate_limit_type')).toBe('requests')
    })

    it('an expired key: 400 or 401, one type', async () => {
      const key = freshSecret()
      await generate({ key, duration: '1s' })
      await new Promise((resolve) => setTimeout(resolve, 1200))
      const reply = await ask(key, target().chatModel)
      expect([400, 401]).toContain(reply.status)
      expect(errorOf(reply).type).toBe('expired_key')
    })
  })
}
