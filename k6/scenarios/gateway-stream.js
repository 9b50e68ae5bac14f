// A script calls a model with a key, answer as server-sent events.
import http from 'k6/http'
import { check } from 'k6'
import { baseUrl, createKey, revokeKey } from '../lib/login.js'
import { constantLoad, forStream } from '../lib/thresholds.js'

export const options = { ...constantLoad, thresholds: forStream }

const model = __ENV.MODEL || 'granite-4-small'
const body = JSON.stringify({
  model,
  stream: true,
  stream_options: { include_usage: true },
  max_tokens: 64,
  messages: [{ role: 'user', content: 'Where is my parcel, and may I change its address?' }],
})

export const setup = () => createKey(model)
export const teardown = revokeKey

export default function ({ secret }) {
  const response = http.post(`${baseUrl}/v1/chat/completions`, body, {
    headers: {
      authorization: `Bearer ${secret}`,
      'content-type': 'application/json',
      accept: 'text/event-stream',
    },
    tags: { name: 'stream' },
  })
  check(response, {
    'is a stream': (answer) =>
      answer.status === 200 && answer.headers['Content-Type'].startsWith('text/event-stream'),
    'came to its end': (answer) => answer.body.trimEnd().endsWith('data: [DONE]'),
    'says what was used': (answer) => answer.body.includes('"usage":'),
  })
}
