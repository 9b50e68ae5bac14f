// `npm run db:seed [-- --seed 1]`: demonstration data for a running installation. The same seed makes the same, once.
import { parseArgs } from 'node:util'
import { runBusy } from './busy/command.ts'
import { callsOf } from './calls.ts'
import { findAddresses, Installation, type Api } from './installation.ts'
import { ensureMembers, ensureOrganization, ensureOtherPeople } from './organization.ts'
import { ensurePartitions, moveToPast } from './past.ts'
import { organizationOf, planFor, signedInMembers, type PersonName } from './plan.ts'
import { ensureKeys, ensureSubscriptions, type People } from './rights.ts'
import { bookUsage } from './usage.ts'

const DAYS = 30
const DAY_MS = 86_400_000
const USAGE = `npm run db:seed [-- --seed <number>]
npm run db:seed -- --busy [--seed <number>] [--months 3] [--scale 1] [--until <day>] [--force]

Adds an organization with members, subscriptions, keys and ${String(DAYS)} days of usage to the running launcher, or to the
installation that BASE_URL, DATABASE_URL, DATABASE_PLATFORM_URL and, for the past, DATABASE_OWNER_URL name. Its people
sign in through the local identity provider. The same number makes the same again, and repeating it adds only the days
that have passed since.

--busy fills an empty installation instead: three organizations, 500 people, 40 models, 2,000 keys and months of usage, in
one go. It needs DATABASE_SUPERUSER_URL, and LITELLM_API_URL with LITELLM_MASTER_KEY for models that can be called. Of its
people only alice, bob and admin of the local identity provider can sign in, and no key of it is known to anybody. --force adds it to an installation that is in use.`

const names = ['admin', 'alice', 'bob'] as const satisfies PersonName[]
interface Me {
  readonly user: { readonly id: string }
  readonly organization: { readonly id: string } | null
}

/** Signs everybody in; what they are called here, and where they worked until now. */
async function meetPeople(installation: Installation): Promise<Record<PersonName, Me & { api: Api }>> {
  const meet = async (name: PersonName): Promise<Me & { api: Api }> => {
    const api = await installation.signIn(name)
    return { ...(await api.call<Me>('GET', '/api/auth/me')), api }
  }
  return { admin: await meet('admin'), alice: await meet('alice'), bob: await meet('bob') }
}

async function run(seed: number): Promise<void> {
  const installation = new Installation(await findAddresses(process.env))
  try {
    const now = new Date()
    const { owner } = installation.addresses
    const organization = organizationOf(seed)
    const plan = planFor(await installation.catalogue())
    if (plan.keys.length === 0)
      throw new Error('The catalogue has no model with a price that everybody may use: nothing was made.')
    const known = await meetPeople(installation)

    const isNew = await ensureOrganization(installation, organization)
    const newMembers = await ensureMembers(installation, organization.id, [
      ...names.map((name) => ({
        userId: known[name].user.id,
        role: signedInMembers[name],
        status: 'active' as const,
      })),
      ...(await ensureOtherPeople(installation, seed)),
    ])

    const work = async (name: PersonName): Promise<Api> => {
      await known[name].api.call('PUT', '/api/auth/organization', { organizationId: organization.id })
      // A token keeps the organization that it was made for.
      return installation.signIn(name)
    }
    const people: People = { admin: await work('admin'), alice: await work('alice'), bob: await work('bob') }
    const subscriptions = await ensureSubscriptions(installation, organization.id, people, plan.subscriptions)
    const { ids, made: keys } = await ensureKeys(people, plan.keys)

    // Without the owner there may be no place for last month's calls.
    const monthStart = Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), 1)
    const days = owner ? DAYS : Math.min(DAYS, Math.floor((now.getTime() - monthStart) / DAY_MS))
    if (owner) {
      await ensurePartitions(owner, new Date(now.getTime() - DAYS * DAY_MS), now)
      await moveToPast(owner, organization.id, DAYS + 1)
    }
    let [calls, newCalls, costNano] = [0, 0, 0n]
    for (const [key, apiKeyId] of ids) {
      const made = callsOf(seed, key, now, days)
      const userId = known[key.person].user.id
      newCalls += await bookUsage(
        installation,
        { organizationId: organization.id, userId, apiKeyId, key, seed, calls: made },
        now,
      )
      calls += made.length
      costNano += made.reduce((sum, call) => sum + call.costNano, 0n)
    }
    // Everybody finds their own place again at the next sign-in.
    for (const name of names) {
      const before = known[name].organization?.id
      if (before) await people[name].call('PUT', '/api/auth/organization', { organizationId: before })
    }

    const usd = (Number(costNano) / 1e9).toFixed(2)
    console.log(
      [
        `Seed ${String(seed)}: ${organization.name} (${isNew ? 'new' : 'known'}, id ${organization.id})`,
        `  members        ${names.map((name) => `${name} (${signedInMembers[name]})`).join(', ')} and 3 who cannot sign in; ${String(newMembers)} new`,
        `  subscriptions  ${String(plan.subscriptions.length)}; ${String(subscriptions)} new`,
        `  keys           ${String(plan.keys.length)}; ${String(keys)} new`,
        `  usage          ${String(calls)} calls on ${String(days)} days for ${usd} USD; ${String(newCalls)} new`,
        `Sign in as one of them and work there with PUT /api/auth/organization.`,
      ].join('\n'),
    )
  } finally {
    await installation.close()
  }
}

try {
  const { values } = parseArgs({
    options: {
      seed: { type: 'string', default: '1' },
      busy: { type: 'boolean' },
      months: { type: 'string' },
      scale: { type: 'string' },
      until: { type: 'string' },
      force: { type: 'boolean' },
      help: { type: 'boolean' },
    },
  })
  const seed = Number(values.seed)
  const isForBusy = [values.months, values.scale, values.until, values.force].some(
    (value) => value !== undefined,
  )
  if (values.help) console.log(USAGE)
  else if (!Number.isInteger(seed) || seed < 1 || seed > 999_999)
    throw new Error('--seed takes a number from 1 to 999999.')
  else if (values.busy === true) await runBusy({ ...values, seed })
  else if (isForBusy) throw new Error('--months, --scale, --until and --force go with --busy.')
  else await run(seed)
} catch (error) {
  console.error((error as Error).message)
  process.exitCode = 1
}
