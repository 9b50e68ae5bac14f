// People sign in, look who they are, mint a token and sign out.
import http from 'k6/http'
import { check, sleep } from 'k6'
import { baseUrl, mintToken, signIn } from '../lib/login.js'
import { constantLoad, forSignIn } from '../lib/thresholds.js'

export const options = { ...constantLoad, thresholds: forSignIn }

const people = (__ENV.PEOPLE || 'alice,bob').split(',')

export default function () {
  const username = people[(__VU - 1) % people.length]
  signIn(username)
  const me = http.get(`${baseUrl}/api/auth/me`, {
    headers: { accept: 'application/json' },
    tags: { name: 'me' },
  })
  check(me, { 'is who signed in': (response) => response.status === 200 && response.body.includes(username) })
  mintToken()
  const left = http.post(`${baseUrl}/api/auth/logout`, null, {
    headers: { origin: baseUrl },
    tags: { name: 'logout' },
  })
  check(left, { 'signed out': (response) => response.status === 204 })
  const after = http.get(`${baseUrl}/api/auth/me`, {
    headers: { accept: 'application/json' },
    tags: { name: 'me, signed out' },
    responseCallback: http.expectedStatuses(401),
  })
  check(after, { 'is nobody afterwards': (response) => response.status === 401 })
  sleep(1)
}
