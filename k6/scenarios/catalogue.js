// People look for a model: list, search, one model, their own subscriptions.
import { check, sleep } from 'k6'
import { call, mintToken, signIn } from '../lib/login.js'
import { constantLoad, forApi } from '../lib/thresholds.js'

export const options = {
  ...constantLoad,
  thresholds: { ...forApi('GET /api/v1/models'), ...forApi('GET /api/v1/subscriptions') },
}

export function setup() {
  signIn()
  return { token: mintToken() }
}

export default function ({ token }) {
  const models = call(token, 'GET', '/api/v1/models?limit=20').json('data')
  check(models, { 'the catalogue is not empty': (list) => list.length > 0 })
  const [first] = models
  const found = call(token, 'GET', `/api/v1/models?search=${encodeURIComponent(first.name)}`).json('data')
  check(found, { 'search finds it': (list) => list.some((model) => model.id === first.id) })
  const one = call(token, 'GET', `/api/v1/models/${first.id}`).json('data')
  check(one, { 'it is the same model': (model) => model.name === first.name })
  call(token, 'GET', '/api/v1/subscriptions?limit=20')
  sleep(Number(__ENV.PAUSE_SECONDS || 1))
}
