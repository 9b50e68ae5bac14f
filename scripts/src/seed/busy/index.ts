// Data of a busy installation: three organizations, their people, models and keys, and months of usage. The same options
// make the same rows, whatever the day; nothing in it can be used to sign in or to call.
import pg from 'pg'
import { ensurePartitionsOf } from '../past.ts'
import { busyModels } from './models.ts'
import { copyRows } from './copy.ts'
import { knownIds, planLocalPeople, type LocalPerson } from './local-people.ts'
import { planOrganizations, planPeople, type BusyOptions } from './plan.ts'
import { keysForProxy, litellmIdOf, Proxy, type ProxyAddress } from './proxy.ts'
import { planKeys, planSubscriptions } from './rights.ts'
import { startOf } from './traffic.ts'
import {
  writeAudit,
  writeBanners,
  writeCorrections,
  writeInvitations,
  writeJobs,
  type Everything,
} from './write-around.ts'
import { writeLedgerFacts } from './write-ledger-facts.ts'
import { writeNotifications, writeServiceClients, writeWebhooks } from './write-channels.ts'
import { sendHome, writeKeys, writeOrganizations, writePeople, writeSubscriptions } from './write-people.ts'
import { writeBudgets, writeUsage } from './write-usage.ts'

export type { BusyOptions } from './plan.ts'

export interface BusyTarget {
  /** Row-level security and grants are for people; a seed writes for everybody. */
  readonly superuserUrl: string
  /** Absent: the models are there to be looked at, and the keys are lost. */
  readonly proxy?: ProxyAddress | undefined
  /** Of the installation (`ENCRYPTION_KEY`). Absent: there are no webhooks, because their secrets could not be opened. */
  readonly encryptionKey?: string | undefined
  /** They get a life in the first organization. Absent: nobody can sign in. */
  readonly localPeople?: readonly LocalPerson[]
  /** Adds to what is there already. */
  readonly isForced?: boolean
}

export interface BusyReport {
  readonly organizations: readonly { readonly id: string; readonly name: string }[]
  readonly people: number
  readonly models: number
  readonly subscriptions: number
  readonly keys: number
  readonly calls: number
  readonly budgets: number
  readonly auditRows: number
}

/** @throws Error with one sentence when the installation is not empty, or has this very data. */
export async function seedBusy(options: BusyOptions, target: BusyTarget): Promise<BusyReport> {
  const client = new pg.Client({ connectionString: target.superuserUrl, application_name: 'litemaas-seed' })
  await client.connect()
  try {
    const isEmpty = await checkEmpty(client)
    if (!isEmpty && target.isForced !== true)
      throw new Error(
        'This installation is in use: its organizations, keys or calls would stand beside made-up ones. Add --force to do so.',
      )
    const organizations = planOrganizations(options)
    const { rowCount } = await client.query('select from organizations where id = any ($1)', [
      organizations.map(({ id }) => id),
    ])
    if (rowCount !== 0) throw new Error(`The data of seed ${String(options.seed)} is here already.`)
    await client.query('set role litemaas_owner')
    await ensurePartitionsOf(client, startOf(options), options.until)
    await client.query('reset role')
    const proxy = target.proxy ? new Proxy(target.proxy) : undefined
    await addModels(client, options, proxy)
    const people = planPeople(options, organizations)
    const subscriptions = planSubscriptions(options, people)
    const keys = planKeys(options, subscriptions)
    const [home] = organizations
    const local = target.localPeople ?? []
    const theirs = home && planLocalPeople(options, home, local, await knownIds(client, local), people)
    return await write(
      client,
      options,
      {
        organizations,
        people: [...people, ...(theirs?.people ?? [])],
        subscriptions: [...subscriptions, ...(theirs?.subscriptions ?? [])],
        keys: [...keys, ...(theirs?.keys ?? [])],
      },
      { proxy, isEmpty, encryptionKey: target.encryptionKey },
    )
  } finally {
    await client.end()
  }
}

async function checkEmpty(client: pg.Client): Promise<boolean> {
  const { rows } = await client.query<{ is_used: boolean }>(
    `select (select count(*) from organizations) > 2 or exists (select from api_keys) or exists (select from usage_daily) as is_used`,
  )
  return rows[0]?.is_used !== true
}

/** Our rows first, so that a synchronisation that comes between finds them under their own ids. */
async function addModels(client: pg.Client, { until }: BusyOptions, proxy: Proxy | undefined): Promise<void> {
  const { rows } = await client.query<{ name: string }>('select name from models')
  const known = new Set(rows.map((row) => row.name))
  const fresh = busyModels.filter(({ name }) => !known.has(name))
  const createdAt = new Date(until.getTime() - 400 * 86_400_000)
  const prices = (model: (typeof busyModels)[number]) => ({
    input_price_nano: model.inputPriceNano,
    cached_input_price_nano: model.cachedInputPriceNano,
    output_price_nano: model.outputPriceNano,
  })
  await client.query('begin')
  await copyRows(
    client,
    'models',
    fresh.map((model, place) => ({
      id: model.id,
      name: model.name,
      provider: model.provider,
      description: model.description,
      mode: model.mode,
      abilities: model.abilities,
      context_length: model.contextLength,
      max_output_tokens: model.maxOutputTokens,
      ...prices(model),
      is_restricted: model.isRestricted,
      litellm_ids: [litellmIdOf(model)],
      is_served: proxy !== undefined,
      availability: proxy ? 'available' : 'unavailable',
      created_at: new Date(createdAt.getTime() + place * 3_600_000),
      updated_at: new Date(createdAt.getTime() + place * 3_600_000),
    })),
  )
  await copyRows(
    client,
    'model_prices',
    fresh.map((model) => ({ id: model.id, model_id: model.id, valid_from: createdAt, ...prices(model) })),
  )
  await client.query('commit')
  await proxy?.addModels(busyModels)
}

async function write(
  client: pg.Client,
  options: BusyOptions,
  all: Everything,
  how: { proxy: Proxy | undefined; isEmpty: boolean; encryptionKey: string | undefined },
): Promise<BusyReport> {
  const { organizations, people, subscriptions, keys } = all
  const { proxy, isEmpty, encryptionKey } = how
  const organizationIds = organizations.map(({ id }) => id)
  await client.query('begin')
  await client.query(
    `set local synchronous_commit = off; set local work_mem = '64MB'; set local statement_timeout = 0`,
  )
  await writeOrganizations(client, organizations)
  await writePeople(client, people)
  await sendHome(client, people)
  await writeSubscriptions(client, subscriptions)
  await writeKeys(client, options, keys)
  const calls = await writeUsage(client, options, organizations, keys)
  await client.query('analyze usage_daily')
  const budgets = await writeBudgets(client, options, all, isEmpty)
  await writeCorrections(client, options, all)
  await writeInvitations(client, options, all)
  await writeBanners(client, options)
  await writeJobs(client, options, all)
  await writeNotifications(client, options, all)
  if (encryptionKey !== undefined) await writeWebhooks(client, options, organizations, encryptionKey)
  await writeServiceClients(client, options, organizations)
  await writeLedgerFacts(client, options, all)
  const auditRows = await writeAudit(client, options, all)
  const isKnownThere =
    (await proxy?.importKeys(await keysForProxy(client, organizationIds, new Date()))) ?? false
  if (!isKnownThere) await loseKeys(client, organizationIds, options.until)
  // Triggers announced each key as if it were new today.
  await client.query('delete from events where transaction_id = pg_current_xact_id()')
  await client.query('commit')
  await client.query('analyze')
  return {
    organizations: organizations.map(({ id, name }) => ({ id, name })),
    people: people.length,
    models: busyModels.length,
    subscriptions: subscriptions.length,
    keys: keys.filter(({ state }) => state !== 'deleted').length,
    calls,
    budgets,
    auditRows,
  }
}

/** What LiteLLM does not have is lost: whoever wants to use such a key rotates it. */
async function loseKeys(client: pg.Client, organizationIds: readonly string[], at: Date): Promise<void> {
  await client.query(
    'update api_key_secrets set lost_at = coalesce(lost_at, $2) where organization_id = any ($1) and revoked_at is null',
    [organizationIds, at],
  )
  await client.query(
    `update api_keys set sync_state = 'failed' where organization_id = any ($1) and revoked_at is null`,
    [organizationIds],
  )
}
