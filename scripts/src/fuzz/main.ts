// `npm run fuzz [-- --examples 30] [--seed 1] [--as alice,key] [--include REGEX] [--report FOLDER]`: schemathesis over /openapi.json of a
// server on parts of its own, once per kind of caller. Exit code 1 on a 5xx or an answer that the document does not know.
import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { openStage, request, type Stage } from '../chaos/stage.ts'
import { mintToken } from '../launcher/sign-in.ts'
import { findSchemathesis } from './schemathesis.ts'

const { values } = parseArgs({
  options: {
    examples: { type: 'string', default: '30' },
    seed: { type: 'string', default: '1' },
    as: {
      type: 'string',
      default: 'anonymous,viewer,alice,manager,organization-admin,auditor,admin,key,client',
    },
    include: { type: 'string' },
    report: { type: 'string' },
  },
})

/** What must hold for any input; what is right for valid input is the business of tests with a meaning. */
const CHECKS = [
  'not_a_server_error',
  'status_code_conformance',
  'content_type_conformance',
  'response_headers_conformance',
  'response_schema_conformance',
]
/** They end the caller's own session or membership, and with it every later answer: they come last. */
const FAREWELLS = '^/api/(auth/(logout|sessions)|v1/organization/leave)'
/** A stream without an end; a test with a meaning reads it. */
const ENDLESS = '^/api/v1/events$'

/** What random ids are exchanged for, by noun; see hooks.py. */
type Things = Record<string, string[]>

/** Gives the person something to be asked about; `key` is a key of theirs. */
async function furnish(stage: Stage, token: string): Promise<{ things: Things; key: string }> {
  const ask = async (method: string, path: string, body?: unknown): Promise<unknown> => {
    const answer = await request(stage.url, token, method, path, body)
    return (answer.body as { data: unknown }).data
  }
  const models = (await ask('GET', '/api/v1/models?limit=100')) as {
    id: string
    name: string
    isRestricted: boolean
  }[]
  const subscriptions: string[] = []
  for (const { id: modelId } of models) {
    const subscription = (await ask('POST', '/api/v1/subscriptions', { modelId, reason: 'fuzz' })) as
      { id: string } | undefined
    if (subscription) subscriptions.push(subscription.id)
  }
  const modelIds = models.filter((model) => !model.isRestricted).map((model) => model.id)
  const keys: { id: string; key: string }[] = []
  for (let count = 0; count < 4; count += 1) {
    keys.push(
      (await ask('POST', '/api/v1/api-keys', { name: 'fuzz', modelIds })) as { id: string; key: string },
    )
  }
  const [{ id, key } = { id: '', key: '' }, ...others] = keys
  return {
    // The first key is the one that calls, and is not offered for revocation.
    things: {
      models: models.map((model) => model.id),
      names: models.map((model) => model.name),
      'api-keys': others.map((one) => one.id).filter((other) => other !== id),
      subscriptions,
    },
    key,
  }
}

/** The ids that every list shows to this caller, by the noun that the list is called by, or the field. */
async function collect(stage: Stage, token: string): Promise<Things> {
  const document = (await (await fetch(`${stage.url}/openapi.json`)).json()) as {
    paths: Record<string, Record<string, { responses: Record<string, unknown> }>>
  }
  const things: Record<string, Set<string>> = {}
  for (const path of Object.keys(document.paths)) {
    if (!path.startsWith('/api/v1/') || path.includes('{') || new RegExp(ENDLESS).test(path)) continue
    if (!JSON.stringify(document.paths[path]?.['get']?.responses ?? {}).includes('pagination')) continue
    const { body } = await request(stage.url, token, 'GET', `${path}?limit=20`)
    const rows = (body as { data?: unknown } | undefined)?.data
    for (const row of Array.isArray(rows) ? (rows as Record<string, unknown>[]) : [])
      for (const [field, value] of Object.entries(row)) {
        const noun = field === 'id' ? path.split('/').at(-1) : nounOf(field)
        if (noun !== undefined && typeof value === 'string') (things[noun] ??= new Set()).add(value)
      }
  }
  return Object.fromEntries(Object.entries(things).map(([noun, ids]) => [noun, [...ids]]))
}

/** `apiKeyId` names api-keys. */
const nounOf = (field: string): string | undefined => {
  const name = /^([a-zA-Z]+)Id$/.exec(field)?.[1]
  return (
    name &&
    `${name
      .replaceAll(/([a-z])([A-Z])/g, '$1-$2')
      .toLowerCase()
      .replace(/y$/, 'ie')}s`
  )
}

/** Bob, after an administrator has given him another role in the organization. */
async function asRole(stage: Stage, role: string): Promise<string> {
  const admin = await mintToken(stage.url, 'admin')
  const bob = await mintToken(stage.url, 'bob')
  const { body } = await request(stage.url, bob, 'GET', '/api/auth/me')
  const { id } = (body as { data: { user: { id: string } } }).data.user
  const answer = await request(stage.url, admin, 'PATCH', `/api/v1/admin/members/${id}`, { role })
  if (answer.status !== 200) throw new Error(`giving bob the role ${role} answered ${String(answer.status)}`)
  return mintToken(stage.url, 'bob')
}

/** A token of a new service client that may all that machines may. */
async function asServiceClient(stage: Stage): Promise<string> {
  const admin = await mintToken(stage.url, 'admin')
  const created = await request(stage.url, admin, 'POST', '/api/v1/admin/service-clients', {
    name: 'fuzz',
    scopes: ['models:read', 'usage:read', 'usage:read-all', 'audit:read', 'teams:read', 'jobs:read'],
    allowedIps: null,
  })
  const { clientId, secret } = (created.body as { data: { clientId: string; secret: string } }).data
  const answer = await fetch(`${stage.url}/api/auth/oauth/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${Buffer.from(`${clientId}:${secret}`).toString('base64')}` },
    body: new URLSearchParams({ grant_type: 'client_credentials' }),
  })
  return ((await answer.json()) as { access_token: string }).access_token
}

/** The credential that stands for a caller of `--as`. */
async function credentialOf(stage: Stage, caller: string, key: string): Promise<string | undefined> {
  if (caller === 'anonymous') return undefined
  if (caller === 'key') return key
  if (caller === 'client') return asServiceClient(stage)
  if (caller === 'viewer' || caller === 'manager') return asRole(stage, caller)
  if (caller === 'organization-admin') return asRole(stage, 'admin')
  return mintToken(stage.url, caller)
}

async function isStillKnown(stage: Stage, credential: string): Promise<boolean> {
  return (await request(stage.url, credential, 'GET', '/api/v1/models')).status !== 401
}

/** Answers whether nothing was found. */
async function fuzz(
  program: string,
  stage: Stage,
  credential: string | undefined,
  things: Things,
  filter: string[],
): Promise<boolean> {
  const parameters = [
    'run',
    `${stage.url}/openapi.json`,
    ...['--checks', CHECKS.join(',')],
    ...['--phases', 'examples,coverage,fuzzing'],
    ...['--max-examples', values.examples],
    ...['--seed', values.seed],
    ...['--suppress-health-check', 'all'],
    ...['--warnings', 'off'],
    ...['--max-redirects', '0'],
    ...['--request-timeout', '20'],
    '--continue-on-failure',
    ...filter,
    ...(values.report === undefined ? [] : ['--report', 'har', '--report-dir', values.report]),
    ...(credential === undefined ? [] : ['--header', `Authorization: Bearer ${credential}`]),
  ]
  const child = spawn(program, parameters, {
    env: {
      ...process.env,
      SCHEMATHESIS_HOOKS: fileURLToPath(new URL('hooks.py', import.meta.url)),
      LITEMAAS_FUZZ_THINGS: JSON.stringify(things),
    },
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  return new Promise((done) => child.once('close', (code) => done(code === 0)))
}

async function fuzzAs(program: string, stage: Stage, caller: string): Promise<boolean> {
  console.log(`\n===== as ${caller} =====`)
  // Most callers own nothing: the things are somebody else's, as most things are to the others, too.
  const owner = caller === 'admin' ? caller : 'alice'
  const token = await mintToken(stage.url, owner)
  const { things: own, key } = await furnish(stage, token)
  const seen = await collect(stage, await mintToken(stage.url, 'admin'))
  const things = { ...seen, ...own }
  const credential = await credentialOf(stage, caller, key)
  const chosen = values.include === undefined ? [] : ['--include-path-regex', values.include]
  let isFine = await fuzz(program, stage, credential, things, [
    ...chosen,
    '--exclude-path-regex',
    `${FAREWELLS}|${ENDLESS}`,
  ])
  if (credential !== undefined && !(await isStillKnown(stage, credential))) {
    console.log(`${caller} was not known any more at the end: some of the run has seen nothing but 401.`)
    isFine = false
  }
  return (await fuzz(program, stage, credential, things, ['--include-path-regex', FAREWELLS])) && isFine
}

try {
  const program = await findSchemathesis()
  const stage = await openStage()
  try {
    let isFine = true
    for (const caller of values.as.split(',')) isFine = (await fuzzAs(program, stage, caller)) && isFine
    for (const line of stage.complaints.slice(0, 20)) console.log(`server: ${line}`)
    process.exitCode = isFine ? 0 : 1
  } finally {
    await stage.close()
  }
} catch (error) {
  console.error((error as Error).message)
  process.exitCode = 1
}
