// A script calls a model with a key, answer in one piece.
import http from 'k6/http'
import { check } from 'k6'
import { baseUrl, createKey, revokeKey } from '../lib/login.js'
import { constantLoad, forGateway } from '../lib/thresholds.js'

export const options = { ...constantLoad, thresholds: forGateway }

const model = __ENV.MODEL || 'granite-4-small'
const body = JSON.stringify({
  model,
  max_tokens: 64,
  messages: [{ role: 'user', content: 'Where is my parcel, and may I change its address?' }],
})

export const setup = () => createKey(model)
export const teardown = revokeKey

export default function ({ secret }) {
  const response = http.post(`${baseUrl}/v1/chat/completions`, body, {
    headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' },
    tags: { name: 'chat' },
  })
  check(response, {
    answered: (answer) => answer.status === 200 && answer.json('choices.0.message.content') !== undefined,
    'says what was used': (answer) => answer.json('usage.total_tokens') > 0,
  })
}
