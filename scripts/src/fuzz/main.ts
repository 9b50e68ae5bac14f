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
    as: { type: 'string', default: 'anonymous,alice,auditor,admin,key' },
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
/** They end the caller's own session, and with it every later answer: they come last. */
const FAREWELLS = '^/api/auth/(logout|sessions)'

/** What random ids are exchanged for, by noun; see hooks.py. */
interface Things {
  models: string[]
  names: string[]
  'api-keys': string[]
  subscriptions: string[]
}

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

async function isStillKnown(stage: Stage, credential: string): Promise<boolean> {
  return (await request(stage.url, credential, 'GET', '/api/v1/models')).status === 200
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
  // An auditor owns nothing: the things are somebody else's, as most things are to the others, too.
  const owner = caller === 'alice' || caller === 'admin' ? caller : 'bob'
  const { things, key } = await furnish(stage, await mintToken(stage.url, owner))
  const credential =
    caller === 'anonymous' ? undefined : caller === 'key' ? key : await mintToken(stage.url, caller)
  const chosen = values.include === undefined ? [] : ['--include-path-regex', values.include]
  let isFine = await fuzz(program, stage, credential, things, [...chosen, '--exclude-path-regex', FAREWELLS])
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
