// `npm run chaos -- [--kills 60] [--seed 1] [--patience 60]`: kills the server with SIGKILL at seeded moments of key creation, rotation,
// revocation, streaming and usage flush, starts it again at once, and in the end holds PostgreSQL, LiteLLM and what
// people were answered against each other. Exit code 1 when they disagree.
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { Customers, type OwnedKey } from './customers.ts'
import { Random } from './random.ts'
import { openStage, type Stage } from './stage.ts'
import { judge, type Finding } from './verdict.ts'

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '60' },
    seed: { type: 'string', default: '1' },
    patience: { type: 'string', default: '60' },
  },
})
const kills = Number(values.kills)
const seed = Number(values.seed)

/** Everything that can be interrupted, and the calls to LiteLLM whose windows are widened for it. */
const acts = {
  creation: ['/key/generate'],
  rotation: ['/key/generate', '/key/delete'],
  revocation: ['/key/delete'],
  streaming: [],
  'usage flush': [],
} as const
type Act = keyof typeof acts

const LEAST_KEYS = 3
/** Kills that interrupted nothing; they would make the exercise look larger than it is. */
let idleKills = 0
const names = Object.keys(acts) as Act[]

/** How long the two may take to agree after the last kill. */
const patienceMs = Number(values.patience) * 1000

/** Begins the act; answers how much of it is under way. */
function perform(act: Act, customers: Customers, random: Random): number {
  let begun = 0
  const begin = (work: Promise<void>): void => {
    begun += 1
    customers.begin(work)
  }
  const withSome = (count: number, work: (key: OwnedKey) => Promise<void>): void => {
    for (let one = 0; one < count; one += 1) {
      const key = random.pick(customers.live)
      if (key) begin(work(key))
    }
  }
  switch (act) {
    case 'creation':
      for (let count = 0; count < 2; count += 1) begin(customers.create())
      break
    case 'rotation':
      withSome(1, async (key) => customers.rotate(key))
      break
    case 'revocation':
      withSome(1, async (key) => customers.revoke(key))
      break
    case 'streaming':
      withSome(6, async (key) => customers.call(key, true))
      break
    case 'usage flush':
      withSome(25, async (key) => customers.call(key, false))
      break
  }
  return begun
}

async function killOnce(stage: Stage, customers: Customers, random: Random, act: Act): Promise<number> {
  // A kill counts only with its act under way: there must be keys to act on.
  await customers.replenish(LEAST_KEYS)
  const path = random.pick<string>(acts[act])
  if (path !== undefined) {
    const window = random.pick(['delayMs', 'delayAfterEffectMs'] as const) ?? 'delayMs'
    await stage.litellm('POST', '/simulator/faults', {
      match: { path },
      times: 1,
      [window]: random.between(50, 400),
    })
  }
  // Life goes on beside it.
  for (const isStream of [true, false]) {
    const key = random.pick(customers.live)
    if (key) customers.begin(customers.call(key, isStream))
  }
  if (perform(act, customers, random) === 0) idleKills += 1
  await sleep(random.between(0, 350))
  await stage.killServer()
  await stage.litellm('DELETE', '/simulator/faults')
  const killedAt = Date.now()
  await stage.startServer()
  return Date.now() - killedAt
}

/** Looks again until all agrees, or the patience ends. */
async function converge(
  stage: Stage,
  customers: Customers,
): Promise<{ findings: Finding[]; seconds: number }> {
  const startedAt = Date.now()
  for (;;) {
    const findings = await judge(stage, customers)
    const seconds = (Date.now() - startedAt) / 1000
    if (findings.every((one) => one.faults.length === 0) || Date.now() - startedAt > patienceMs)
      return { findings, seconds }
    await sleep(500)
  }
}

const startedAt = Date.now()
const stage = await openStage()
const random = new Random(seed)
const customers = new Customers(stage, random)
const counts = new Map<Act, number>()
const restarts: number[] = []

try {
  await customers.prepare()
  const killingSince = Date.now()
  for (let count = 0; count < kills; count += 1) {
    const act = names[count % names.length] ?? 'creation'
    restarts.push(await killOnce(stage, customers, random, act))
    counts.set(act, (counts.get(act) ?? 0) + 1)
  }
  const killingSeconds = (Date.now() - killingSince) / 1000
  customers.rest()
  await customers.settled()
  const { findings, seconds } = await converge(stage, customers)

  const { tally } = customers
  console.log(
    `${String(kills)} kills in ${killingSeconds.toFixed(0)} s, seed ${String(seed)}: ${[...counts].map(([act, count]) => `${act} ${String(count)}`).join(', ')}`,
  )
  const median = (restarts.toSorted((a, b) => a - b)[Math.floor(restarts.length / 2)] ?? 0) / 1000
  console.log(`a restart took ${median.toFixed(1)} s at the median`)
  if (idleKills > 0) console.log(`FAIL  ${String(idleKills)} kills had no act under way`)
  console.log(
    `answered: ${String(tally.created)} creations, ${String(tally.rotated)} rotations, ${String(tally.revoked)} revocations; ${String(tally.lost)} of them were asked again`,
  )
  console.log(`model calls: ${String(tally.calls)}, of which ${String(tally.lostCalls)} were torn off`)
  const [recovered] = await stage.query(
    `select count(*)::int as rows from usage_logs where metadata ? 'recovered'`,
  )
  console.log(`rows of usage found again in LiteLLM's logs: ${String(recovered?.['rows'])}`)
  for (const [what, count] of tally.strange) console.log(`unexpected answer: ${what} (${String(count)})`)
  console.log(
    `in agreement after ${seconds.toFixed(1)} s; ${((Date.now() - startedAt) / 1000).toFixed(0)} s in all`,
  )
  for (const { what, faults } of findings) {
    console.log(`${faults.length === 0 ? 'ok  ' : 'FAIL'}  ${what}`)
    for (const fault of faults.slice(0, 10)) console.log(`      ${fault}`)
    if (faults.length > 10) console.log(`      and ${String(faults.length - 10)} more`)
  }
  for (const line of stage.complaints.slice(0, 10)) console.log(`server: ${line}`)
  const isFine =
    findings.every((one) => one.faults.length === 0) && tally.strange.size === 0 && idleKills === 0
  process.exitCode = isFine ? 0 : 1
} finally {
  await stage.close()
}
