// What a run is held to. A missed one makes k6 exit with 99.

const vus = Number(__ENV.VUS || 10)
const duration = __ENV.DURATION || '30s'

/** At most one request in ten thousand may fail, in every scenario. */
const failures = { http_req_failed: ['rate<0.0001'], checks: ['rate>0.9999'] }

/** A constant number of people, for DURATION. */
export const constantLoad = { vus, duration, setupTimeout: '90s', teardownTimeout: '90s' }

/** The API answers from its own database. */
export const forApi = (name) => ({
  ...failures,
  [`http_req_duration{name:${name}}`]: ['p(95)<200', 'p(99)<500'],
})

/** Signing in is several requests, and two of them hash and sign. */
export const forSignIn = { ...failures, 'http_req_duration{name:token}': ['p(95)<300'] }

/** A model's own time is not ours: the limit is for the simulated model, and generous. */
export const forGateway = {
  ...failures,
  'http_req_duration{name:chat}': [`p(95)<${__ENV.GATEWAY_P95_MS || '1000'}`],
}

/** `waiting` ends with the first byte, which for a stream is its first event. */
export const forStream = {
  ...failures,
  'http_req_waiting{name:stream}': [`p(95)<${__ENV.GATEWAY_P95_MS || '1000'}`],
}
