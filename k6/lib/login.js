// Signs in as a browser would: login -> identity provider -> callback, with the cookie in k6's own jar.
import http from 'k6/http'
import { check, fail } from 'k6'

/** Where browsers reach the product; must be its PUBLIC_URL, because the session cookie belongs to that host. */
export const baseUrl = (__ENV.BASE_URL || 'http://localhost:8080').replace(/\/$/, '')
export const person = __ENV.PERSON || 'alice'

const json = { 'content-type': 'application/json', accept: 'application/json' }

/** One sign-in through the local identity provider, which needs no click with `login_hint`. Leaves a session in the jar. */
export function signIn(username = person) {
  const landed = http.get(`${baseUrl}/api/auth/login?login_hint=${encodeURIComponent(username)}`, {
    redirects: 20,
    headers: { accept: 'text/html' },
    tags: { name: 'sign-in' },
  })
  const isSignedIn = check(landed, {
    'came back from the provider': (response) =>
      response.url.startsWith(baseUrl) && !response.url.includes('error='),
  })
  if (!isSignedIn) fail(`signing in as ${username} ended at ${landed.url} with ${landed.status}`)
  return landed
}

/** A ten-minute bearer token for the session in the jar. */
export function mintToken() {
  const response = http.post(`${baseUrl}/api/auth/token`, null, {
    headers: { accept: 'application/json', origin: baseUrl },
    tags: { name: 'token' },
  })
  if (!check(response, { 'got a token': (answer) => answer.status === 200 }))
    fail(`no token: ${response.status} ${response.body}`)
  return response.json('data.accessToken')
}

/** Calls the API as the bearer of a token; fails the run on an answer that is not expected. */
export function call(token, method, path, body, expected = [200, 201, 204]) {
  const response = http.request(
    method,
    `${baseUrl}${path}`,
    body === undefined ? null : JSON.stringify(body),
    {
      headers:
        body === undefined
          ? { accept: 'application/json', authorization: `Bearer ${token}` }
          : { ...json, authorization: `Bearer ${token}` },
      tags: { name: `${method} ${path.split('?')[0].replace(/[0-9a-f-]{36}/, '{id}')}` },
      responseCallback: http.expectedStatuses(...expected),
    },
  )
  if (!expected.includes(response.status))
    fail(`${method} ${path} answered ${response.status}: ${response.body}`)
  return response
}

/** For `setup()`: signs in, subscribes to the model and creates a key for it, with every limit on and none that binds. */
export function createKey(modelName) {
  signIn()
  const token = mintToken()
  const models = call(token, 'GET', '/api/v1/models?limit=100').json('data')
  const model = models.find((one) => one.name === modelName)
  if (!model) fail(`the catalogue does not list ${modelName}`)
  // 409: this person subscribed to it in an earlier run.
  call(token, 'POST', '/api/v1/subscriptions', { modelId: model.id }, [201, 409])
  const key = call(token, 'POST', '/api/v1/api-keys', {
    name: 'k6',
    modelIds: [model.id],
    maxBudget: 100000,
    rpmLimit: 1000000000,
    tpmLimit: 1000000000,
    maxParallelRequests: 10000,
  }).json('data')
  return { token, keyId: key.id, secret: key.key }
}

/** For `teardown()`. After ten minutes the token of `setup()` has ended, so a new one is asked for. */
export function revokeKey({ keyId }) {
  signIn()
  call(mintToken(), 'DELETE', `/api/v1/api-keys/${keyId}`)
}
