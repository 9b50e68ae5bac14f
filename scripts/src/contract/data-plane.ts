import { randomUUID } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { call, errorOf, framesOf, type Target } from './target.ts'

interface Chunk {
  id: string
  model: string
  created: number
  choices: { index: number; delta: { content?: string; role?: string }; finish_reason?: string | null }[]
  usage?: { prompt_tokens: number; completion_tokens: number; total_tokens: number }
}

const question = [{ role: 'user', content: 'Say something short.' }]

/** Health, the list of models, and the calls that every proxy answers, with or without a database. */
export function dataPlaneContract(target: () => Target): void {
  describe('health', () => {
    it('answers liveliness without a credential, as a JSON string', async () => {
      const reply = await call(target(), 'GET', '/health/liveliness', { key: null })
      expect(reply.status).toBe(200)
      expect(reply.body).toBe("I'm alive!")
    })

    it('answers readiness without a credential', async () => {
      const reply = await call(target(), 'GET', '/health/readiness', { key: null })
      expect(reply.status).toBe(200)
      expect(['healthy', 'connected']).toContain(reply.body?.['status'])
    })
  })

  describe('models', () => {
    it('lists public names', async () => {
      const reply = await call(target(), 'GET', '/v1/models')
      expect(reply.status).toBe(200)
      expect(reply.body?.['object']).toBe('list')
      const items = reply.body?.['data'] as { id: string; object: string; owned_by: string }[]
      const item = items.find(({ id }) => id === target().chatModel)
      expect(item).toMatchObject({ object: 'model', owned_by: 'openai' })
    })

    it('refuses an unknown model in the detail envelope', async () => {
      const reply = await call(target(), 'GET', '/v1/models/no-such-model')
      expect(reply.status).toBe(404)
      expect(reply.body?.['detail']).toContain('does not exist')
    })

    it('describes deployments, with prices as numbers in model_info', async () => {
      const reply = await call(target(), 'GET', '/model/info')
      expect(reply.status).toBe(200)
      const rows = reply.body?.['data'] as { model_name: string; model_info: Record<string, unknown> }[]
      const row = rows.find(({ model_name: name }) => name === target().chatModel)
      expect(typeof row?.model_info['id']).toBe('string')
      expect(typeof row?.model_info['input_cost_per_token']).toBe('number')
      expect(typeof row?.model_info['output_cost_per_token']).toBe('number')
    })

    it('passes unknown members of model_info through', async () => {
      const reply = await call(target(), 'GET', '/model/info')
      const rows = reply.body?.['data'] as { model_name: string; model_info: Record<string, unknown> }[]
      const row = rows.find(({ model_name: name }) => name === target().chatModel)
      expect(row?.model_info['litemaas']).toMatchObject({ restricted: false })
    })
  })

  describe('chat, JSON', () => {
    it('answers under the asked name, with usage and a call id', async () => {
      const { chatModel: model } = target()
      const callId = randomUUID()
      const headers = { 'x-litellm-call-id': callId }
      const reply = await call(target(), 'POST', '/v1/chat/completions', {
        headers,
        body: { model, messages: question },
      })
      expect(reply.status).toBe(200)
      expect(reply.body).toMatchObject({ object: 'chat.completion', model })
      const choices = reply.body?.['choices'] as {
        message: { content: string; role: string }
        finish_reason: string
      }[]
      expect(choices[0]?.message.role).toBe('assistant')
      expect(choices[0]?.message.content.length).toBeGreaterThan(0)
      const usage = reply.body?.['usage'] as {
        prompt_tokens: number
        completion_tokens: number
        total_tokens: number
      }
      expect(usage.total_tokens).toBe(usage.prompt_tokens + usage.completion_tokens)
      expect(reply.headers.get('x-litellm-call-id')).toBe(callId)
      expect(Number(reply.headers.get('x-litellm-response-cost'))).toBeGreaterThan(0)
    })

    it('mints a new id for every answer', async () => {
      const body = { model: target().chatModel, messages: question }
      const first = await call(target(), 'POST', '/v1/chat/completions', { body })
      const second = await call(target(), 'POST', '/v1/chat/completions', { body })
      expect(first.body?.['id']).not.toBe(second.body?.['id'])
    })
  })

  describe('chat, server-sent events', () => {
    it('streams content, a finish chunk, usage with one choice when asked, and [DONE]', async () => {
      const { chatModel: model } = target()
      const body = { model, messages: question, stream: true, stream_options: { include_usage: true } }
      const reply = await call(target(), 'POST', '/v1/chat/completions', { body })
      expect(reply.status).toBe(200)
      expect(reply.headers.get('content-type')).toContain('text/event-stream')
      expect(reply.headers.get('x-litellm-response-cost')).toBeNull()
      const { frames, isDone } = framesOf(reply.text)
      expect(isDone).toBe(true)
      const chunks = frames as unknown as Chunk[]
      expect(new Set(chunks.map(({ id, model: name, created }) => `${id} ${name} ${created}`)).size).toBe(1)
      expect(chunks[0]?.choices[0]?.delta.role).toBe('assistant')
      expect(chunks[0]?.choices[0]?.delta.content?.length).toBeGreaterThan(0)
      const finish = chunks.findIndex(({ choices }) => typeof choices[0]?.finish_reason === 'string')
      expect(finish).toBeGreaterThan(0)
      const last = chunks.at(-1)
      expect(chunks.indexOf(last ?? (chunks[0] as Chunk))).toBe(finish + 1)
      expect(last?.choices).toHaveLength(1)
      expect(last?.usage?.total_tokens).toBeGreaterThan(0)
    })

    it('sends no usage that was not asked for', async () => {
      const body = { model: target().chatModel, messages: question, stream: true }
      const reply = await call(target(), 'POST', '/v1/chat/completions', { body })
      const { frames, isDone } = framesOf(reply.text)
      expect(isDone).toBe(true)
      expect(frames.filter((frame) => frame['usage'] !== undefined && frame['usage'] !== null)).toEqual([])
    })
  })

  describe('embeddings', () => {
    it('answers one vector per input', async (context) => {
      const { embeddingModel: model } = target()
      if (model === null) {
        context.skip('no embedding model is offered')
        return
      }
      const reply = await call(target(), 'POST', '/v1/embeddings', { body: { model, input: ['one', 'two'] } })
      expect(reply.status).toBe(200)
      const rows = reply.body?.['data'] as { embedding: number[]; index: number }[]
      expect(rows.map(({ index }) => index)).toEqual([0, 1])
      expect(rows[0]?.embedding.length).toBe(rows[1]?.embedding.length)
    })
  })

  describe('refusals', () => {
    it('an unknown model: 400 with the type "None", later invalid_request_error', async () => {
      const body = { model: 'no-such-model', messages: question }
      const reply = await call(target(), 'POST', '/v1/chat/completions', { body })
      expect(reply.status).toBe(400)
      expect(errorOf(reply).message).toContain('Invalid model name passed in model=no-such-model')
      expect(['None', 'invalid_request_error']).toContain(errorOf(reply).type)
      expect(errorOf(reply).code).toBe('400')
    })

    it('a chat without messages: 400', async () => {
      const reply = await call(target(), 'POST', '/v1/chat/completions', {
        body: { model: target().chatModel },
      })
      expect(reply.status).toBe(400)
      expect(errorOf(reply)).toMatchObject({ type: 'invalid_request_error', param: 'messages' })
    })

    it('malformed JSON: 400', async () => {
      const reply = await call(target(), 'POST', '/v1/chat/completions', { body: '{"model": ' })
      expect(reply.status).toBe(400)
      expect(errorOf(reply)).toMatchObject({ type: 'invalid_request_error', param: 'request_body' })
    })

    it('an unknown route: 404 in the detail envelope', async () => {
      const reply = await call(target(), 'GET', '/no/such/route')
      expect(reply.status).toBe(404)
      expect(reply.body).toEqual({ detail: 'Not Found' })
    })
  })
}
