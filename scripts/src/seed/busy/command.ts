// `npm run db:seed -- --busy`: where the busy data goes, and what is said of it.
import { join } from 'node:path'
import { dataFolder } from '../../launcher/places.ts'
import { readRuntime } from '../../launcher/runtime.ts'
import { seedBusy, type BusyOptions, type BusyReport, type BusyTarget } from './index.ts'
import { findLocalPeople } from './local-people.ts'

const DAY_MS = 86_400_000

export interface BusyArguments {
  readonly seed: number
  readonly months?: string
  readonly scale?: string
  /** `YYYY-MM-DD`; today unless given. */
  readonly until?: string
  readonly force?: boolean
}

/** @throws Error with one sentence for a value that cannot be meant. */
export function busyOptions(values: BusyArguments, now: Date): BusyOptions {
  const { seed, months = '3', scale = '1', until } = values
  const today = new Date(Math.floor(now.getTime() / DAY_MS) * DAY_MS)
  const options = {
    seed,
    months: Number(months),
    scale: Number(scale),
    until: until === undefined ? today : new Date(until),
  }
  if (!Number.isInteger(options.months) || options.months < 1 || options.months > 12)
    throw new Error('--months takes a number from 1 to 12.')
  if (!(options.scale >= 0.02 && options.scale <= 5))
    throw new Error('--scale takes a number from 0.02 to 5.')
  if (!/^\d{4}-\d\d-\d\d$/.test(until ?? '2000-01-01') || !(options.until <= today))
    throw new Error('--until takes a day that has begun, as 2026-03-01.')
  return options
}

/** The superuser's own database is another one, as a rule. */
function inDatabaseOf(superuserUrl: string, appUrl: string | undefined): string {
  if (!appUrl) return superuserUrl
  const url = new URL(superuserUrl)
  url.pathname = new URL(appUrl).pathname
  return url.toString()
}

/** From the environment (the names of `npm run -s dev:env`), else from the running launcher. */
async function findTarget(environment: NodeJS.ProcessEnv): Promise<BusyTarget> {
  const {
    DATABASE_SUPERUSER_URL,
    DATABASE_URL,
    LITELLM_API_URL: url,
    LITELLM_MASTER_KEY: masterKey,
    ENCRYPTION_KEY: encryptionKey,
  } = environment
  if (DATABASE_SUPERUSER_URL)
    return {
      superuserUrl: inDatabaseOf(DATABASE_SUPERUSER_URL, DATABASE_URL),
      proxy: url && masterKey ? { url, masterKey } : undefined,
      encryptionKey,
    }
  const { serverEnvironment, parts } = await readRuntime()
  const superuserUrl = parts.DATABASE_SUPERUSER_URL
  if (!superuserUrl)
    throw new Error('Set DATABASE_SUPERUSER_URL, and DATABASE_URL for the name of the database.')
  const [address, key] = [serverEnvironment['LITELLM_API_URL'], parts.LITELLM_MASTER_KEY]
  return {
    superuserUrl: inDatabaseOf(superuserUrl, serverEnvironment['DATABASE_URL']),
    proxy: address && key ? { url: address, masterKey: key } : undefined,
    encryptionKey: serverEnvironment['ENCRYPTION_KEY'],
    localPeople: await findLocalPeople(parts.OIDC_ISSUER ?? '', join(dataFolder(), 'identity')),
  }
}

/** Seeds, and tells what was made. */
export async function runBusy(values: BusyArguments): Promise<void> {
  const options = busyOptions(values, new Date())
  const target = await findTarget(process.env)
  const startedAt = performance.now()
  const report = await seedBusy(options, { ...target, isForced: values.force === true })
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(0)
  console.log(textOf(options, report, seconds))
}

function textOf(options: BusyOptions, report: BusyReport, seconds: string): string {
  const { organizations, people, models, subscriptions, keys, calls, budgets, auditRows } = report
  const rows: readonly (readonly [string, string | number])[] = [
    ['organizations', organizations.map(({ id, name }) => `${name} (${id})`).join(', ')],
    ['people', people],
    ['models', models],
    ['subscriptions', subscriptions],
    ['keys', `${String(keys)}; rotate one to use it`],
    [
      'calls',
      `${String(calls)} in ${String(options.months)} months until ${options.until.toISOString().slice(0, 10)}`,
    ],
    ['budgets', budgets],
    ['audit rows', auditRows],
  ]
  return [
    `Seed ${String(options.seed)}, busy, in ${seconds} s:`,
    ...rows.map(([name, value]) => `  ${name.padEnd(14)} ${String(value)}`),
    'A platform administrator looks into an organization with ?organizationId=<id>&reason=<why>.',
  ].join('\n')
}
