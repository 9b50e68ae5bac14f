import { expect, it } from 'vitest'
import { generateText, type TextRequest } from './answers.ts'
import { predictUsage } from './chat.ts'
import { countPromptTokens, countTokens } from './tokens.ts'

const request: TextRequest = {
  prompt: 'hello',
  seed: 0,
  isLong: false,
  maxTokens: null,
  stop: [],
  scripted: null,
}

it('counts a token per four characters of each word', () => {
  expect(countTokens('')).toBe(0)
  expect(countTokens('four fives  a')).toBe(4)
  expect(countPromptTokens([{ role: 'user', content: 'hello there' }])).toBe(3 + 4 + 4)
})

it('answers the same prompt with the same text, another with another', () => {
  expect(generateText(request)).toEqual(generateText(request))
  expect(generateText({ ...request, prompt: 'bye' }).text).not.toBe(generateText(request).text)
  expect(generateText({ ...request, seed: 1 }).text).not.toBe(generateText(request).text)
})

it.each([0, 1, 2, 3, 7, 20])('never exceeds %i tokens, and uses them all', (maxTokens) => {
  const generated = generateText({ ...request, maxTokens })
  expect(generated.tokens).toBe(maxTokens)
  expect(generated.finishReason).toBe('length')
  expect(generated.pieces.join('')).toBe(generated.text)
})

it('ends before a stop sequence', () => {
  const generated = generateText({ ...request, scripted: 'one two three', stop: ['two'] })
  expect(generated).toMatchObject({ text: 'one ', finishReason: 'stop' })
})

it('streams about 400 pieces of a long answer', () => {
  const { pieces } = generateText({ ...request, isLong: true })
  expect(pieces.length).toBeGreaterThan(380)
  expect(pieces.length).toBeLessThan(440)
})

it('predicts the usage of a chat', () => {
  const body = {
    model: 'granite-4-small',
    messages: [{ role: 'user', content: 'hello there' }],
    max_tokens: 9,
    n: 2,
  }
  expect(predictUsage(body)).toEqual({ promptTokens: 11, completionTokens: 18 })
})
