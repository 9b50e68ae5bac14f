import { expect, it } from 'vitest'
import { changesOf, complaintsAbout, emptyDraft, newModelOf, withPreset } from './model-form.ts'

const good = {
  ...emptyDraft,
  name: 'granite',
  providerModel: 'hosted_vllm/granite',
  apiBase: 'https://a.b/v1',
}

it('sends only what was written', () => {
  expect(newModelOf({ ...good, name: ' granite ', inputPricePerMillion: 0 })).toEqual({
    name: 'granite',
    providerModel: 'hosted_vllm/granite',
    apiBase: 'https://a.b/v1',
    mode: 'chat',
    isRestricted: false,
    inputPricePerMillion: 0,
  })
})

it('sends only what was changed', () => {
  expect(changesOf(good, { ...good, description: 'New words' })).toEqual({ description: 'New words' })
  expect(changesOf(good, good)).toEqual({})
})

it('takes back what can be taken back, and complains about the rest', () => {
  const before = { ...good, pricePerRequest: 0.1, contextLength: 4096 }
  expect(changesOf(before, { ...before, pricePerRequest: null })).toEqual({ pricePerRequest: null })
  expect(complaintsAbout({ ...before, pricePerRequest: null, contextLength: null }, before)).toEqual({
    contextLength: 'kept',
  })
})

it('complains before anything is sent', () => {
  expect(complaintsAbout(good)).toEqual({})
  expect(
    complaintsAbout({
      ...emptyDraft,
      apiBase: 'vllm.local',
      apiKey: 'with blank',
      rpmLimit: 1.5,
      contextLength: 0,
      outputPricePerMillion: -1,
    }),
  ).toEqual({
    name: 'required',
    providerModel: 'upstream',
    apiBase: 'url',
    apiKey: 'key',
    rpmLimit: 'whole',
    contextLength: 'negative',
    outputPricePerMillion: 'negative',
  })
})

it('lets a model whose upstream name nobody knows here keep it', () => {
  const before = { ...good, providerModel: '' }
  expect(complaintsAbout(before, before)).toEqual({})
})

it('exchanges the prefix of the provider and keeps the name', () => {
  expect(withPreset('openai/gpt-4o', 'azure')).toBe('azure/gpt-4o')
  expect(withPreset('azure/gpt-4o', 'other')).toBe('gpt-4o')
})
