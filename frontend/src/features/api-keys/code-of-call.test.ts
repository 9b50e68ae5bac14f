import { expect, test } from 'vitest'
import { codeOf, exampleCall, pythonOf } from './code-of-call.ts'

const target = { baseUrl: 'https://models.example/v1', key: 'sk-litellm-1' }
const chat = exampleCall('chat', 'granite')

test('the three languages call the same model at the same place with the same key', () => {
  for (const language of ['curl', 'python', 'node'] as const) {
    const code = codeOf(language, chat, target)
    expect(code).toContain('https://models.example/v1')
    expect(code).toContain('sk-litellm-1')
    expect(code).toContain('granite')
  }
})

test('without a key the code reads it from the environment', () => {
  for (const language of ['curl', 'python', 'node'] as const)
    expect(codeOf(language, chat, { baseUrl: target.baseUrl })).toContain('OPENAI_API_KEY')
})

test('a quote in a text does not end the shell’s', () => {
  const call = {
    path: '/chat/completions',
    body: { model: 'm', messages: [{ role: 'user', content: "it's" }] },
  }
  expect(codeOf('curl', call, target)).toContain(`it'\\''s`)
})

test('a kind of model decides where it is called', () => {
  const paths = ['embedding', 'image_generation', 'audio_speech', 'audio_transcription', 'rerank'].map(
    (mode) => exampleCall(mode, 'm').path,
  )
  expect(paths).toEqual([
    '/embeddings',
    '/images/generations',
    '/audio/speech',
    '/audio/transcriptions',
    '/rerank',
  ])
  expect(codeOf('curl', exampleCall('audio_transcription', 'm'), target)).toContain("-F 'file=@speech.mp3'")
  expect(codeOf('python', exampleCall('rerank', 'm'), target)).toContain('client.post("/rerank"')
  expect(codeOf('node', exampleCall('audio_speech', 'm'), target)).toContain('writeFile("speech.mp3"')
})

test('Python has its own words', () => {
  expect(pythonOf({ a: true, b: null, c: [1, 'x'] })).toBe(
    '{"a": true, "b": null}'.replace('true', 'True').replace('null', 'None').replace('}', ', "c": [1, "x"]}'),
  )
  expect(codeOf('python', { ...chat, body: { ...chat.body, stream: true } }, target)).toContain('stream=True')
})
