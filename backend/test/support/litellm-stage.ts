import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { randomBytes, randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Type } from '@sinclair/typebox'
import pg from 'pg'
import { startLiteLLMSimulator } from '@litemaas/scripts/litellm-simulator'
import { startPostgres } from '@litemaas/scripts/postgres'
import {
  createLiteLLM,
  keyAlias,
  keyHash,
  type Alarm,
  type DesiredKey,
  type LiteLLM,
  type Resource,
} from '#litellm'
import type { LiteLLMSettings } from '#litellm'
import { systemClock } from '#platform/clock'
import { Database, migrate, PlatformDatabase, setupDatabase, sql, type Tx } from '#platform/database'
import { createCipher } from '#platform/encryption'

// A stage for tests of the outbox and the reconciler: real PostgreSQL, the simulated LiteLLM as its own HTTP server, and a
// small table that plays the part of a module's rows.

export const KIND = 'stage-key'
export const ORGANIZATION = '00000000-0000-4000-8000-000000000001'
const MASTER_KEY = 'sk-stage-master-key'

const StageRow = Type.Object({
  id: Type.String(),
  version: Type.Integer(),
  applied: Type.Integer(),
  note: Type.String(),
  isRevoked: Type.Boolean(),
  hash: Type.String(),
  models: Type.Array(Type.String()),
  rpmLimit: Type.Union([Type.Integer(), Type.Null()]),
})

const columns = sql`id, version, applied, note, is_revoked as "isRevoked", hash, models, rpm_limit as "rpmLimit"`

export interface StageKey {
  readonly id: string
  readonly value: string
  readonly hash: string
}

type Facts = Readonly<Record<string, unknown>>

export interface Stage {
  readonly database: Database
  readonly platform: PlatformDatabase
  readonly superuserUrl: string
  readonly simulatorUrl: string
  readonly alarms: Alarm[]
  readonly log: string[]
  /** A process of ours; closed with the stage unless stopped before. */
  open(settings?: Partial<LiteLLMSettings>): LiteLLM
  createKey(
    litellm: LiteLLM,
    changes?: { models?: string[]; rpmLimit?: number; count?: number },
  ): Promise<StageKey & { intentId: string }>
  changeKey(litellm: LiteLLM, key: StageKey, rpmLimit: number): Promise<string>
  revokeKey(litellm: LiteLLM, key: StageKey): Promise<string>
  row(key: StageKey): Promise<{ version: number; applied: number; note: string }>
  intents(
    key?: StageKey,
  ): Promise<{ state: string; attempts: number; lastError: string | null; hasSecret: boolean }[]>
  query(text: string, values?: unknown[]): Promise<Facts[]>
  /** The simulator, asked as an administrator. */
  ask(method: string, path: string, body?: unknown): Promise<{ status: number; body: unknown }>
  fault(fault: Facts): Promise<void>
  clearFaults(): Promise<void>
  /** Every live key of the simulator by hash. */
  keysThere(): Promise<Map<string, Facts>>
  /** A process of its own, to be killed at will. Resolves when it delivers. */
  spawn(): Promise<ChildProcess>
  close(): Promise<void>
}

/** What a spawned process is told. */
export interface ProcessSettings {
  readonly platformUrl: string
  readonly url: string
  readonly apiKey: string
  readonly encryptionKey: string
  readonly installation: string
}

export async function openStage(): Promise<Stage> {
  const folder = await mkdtemp(join(tmpdir(), 'litemaas-stage-'))
  const password = randomBytes(12).toString('hex')
  const postgres = await startPostgres({ dataDirectory: join(folder, 'postgres'), password, durable: false })
  const as = (role: string) => `postgres://litemaas_${role}:${password}@127.0.0.1:${postgres.port}/stage`
  const urls = {
    superuserUrl: postgres.superuserUrl,
    ownerUrl: as('owner'),
    appUrl: as('app'),
    platformUrl: as('platform'),
  }
  await setupDatabase(urls)
  await migrate({ ownerUrl: urls.ownerUrl })
  const superuserUrl = postgres.superuserUrl.replace(/\/postgres(\?|$)/, '/stage$1')
  const superuser = new pg.Pool({ connectionString: superuserUrl, max: 2 })
  superuser.on('error', () => undefined)
  // The database is dropped under connections that are just being closed.
  superuser.on('connect', (client) => client.on('error', () => undefined))
  superuser.on('error', () => undefined)
  await superuser.query(`create table stage_keys (sequence bigint generated always as identity, id uuid primary key,
      version int not null default 1, applied int not null default 0, note text not null default '',
      is_revoked boolean not null default false, hash text not null, models text[] not null, rpm_limit int);
    grant all on stage_keys to litemaas_app, litemaas_platform`)
  const simulator = await startLiteLLMSimulator({ masterKey: MASTER_KEY, databasePath: ':memory:' })
  const pool = (url: string) => ({ url, max: 6, applicationName: 'stage', onError: () => undefined })
  const database = new Database(pool(urls.appUrl))
  const platform = new PlatformDatabase(pool(urls.platformUrl))
  const encryptionKey = randomBytes(32).toString('base64')
  const cipher = createCipher({ current: encryptionKey })
  const children = new Set<ChildProcess>()
  const alarms: Alarm[] = []
  const log: string[] = []
  const opened: LiteLLM[] = []
  const installation = await platform.transaction('stage', async (tx) => {
    const row = await tx.one(
      sql(
        Type.Object({ value: Type.String() }),
      )`select value #>> '{}' as value from settings where key = 'installation'`,
    )
    return row.value
  })

  const scope = { organizationId: ORGANIZATION, userId: null, requestId: 'stage' }
  const inOrganization = <T>(work: (tx: Tx) => Promise<T>) => database.transaction(scope, work)

  const query = async (text: string, values: unknown[] = []) =>
    (await superuser.query<Facts>(text, values)).rows
  const ask = async (method: string, path: string, body?: unknown) => {
    const response = await fetch(`${simulator.url}${path}`, {
      method,
      headers: { authorization: `Bearer ${MASTER_KEY}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    return { status: response.status, body: (await response.json()) as unknown }
  }

  return {
    database,
    platform,
    superuserUrl,
    simulatorUrl: simulator.url,
    alarms,
    log,
    open(settings = {}) {
      const write = (level: string) => (facts: object, message: string) =>
        void log.push(`${level} ${message} ${JSON.stringify(facts)}`)
      const litellm = createLiteLLM({
        settings: {
          url: simulator.url,
          apiKey: MASTER_KEY,
          keyMode: 'per-key',
          syncIntervalSeconds: 3600,
          reconcileIntervalSeconds: 3600,
          leaseSeconds: 3,
          healthIntervalMs: 100,
          deadlineMs: 500,
          breaker: { firstRetryMs: 100, maxRetryMs: 200 },
          ...settings,
        },
        platform,
        platformUrl: urls.platformUrl,
        cipher,
        clock: systemClock,
        log: { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') },
        onAlarm: (alarm) => alarms.push(alarm),
      })
      litellm.registerResource(stageResource(installation))
      opened.push(litellm)
      return litellm
    },
    async createKey(litellm, { models = ['granite-4-small'], rpmLimit = null } = {}) {
      const id = randomUUID()
      const value = `sk-litellm-${randomBytes(24).toString('hex')}`
      const hash = keyHash(value)
      const intentId = await inOrganization(async (tx) => {
        await tx.run(
          sql`insert into stage_keys (id, hash, models, rpm_limit) values (${id}, ${hash}, ${models}, ${rpmLimit})`,
        )
        return await litellm.outbox.enqueueIntent(tx, {
          organizationId: ORGANIZATION,
          kind: KIND,
          resourceId: id,
          operation: 'put',
          desiredVersion: 1,
          secret: value,
        })
      })
      return { id, value, hash, intentId }
    },
    changeKey: (litellm, { id }, rpmLimit) =>
      inOrganization(async (tx) => {
        const { version } = await tx.one(
          sql(
            Type.Object({ version: Type.Integer() }),
          )`update stage_keys set rpm_limit = ${rpmLimit}, version = version + 1 where id = ${id} returning version`,
        )
        const intent = { organizationId: ORGANIZATION, kind: KIND, resourceId: id, desiredVersion: version }
        return await litellm.outbox.enqueueIntent(tx, { ...intent, operation: 'put' })
      }),
    revokeKey: (litellm, { id, hash }) =>
      inOrganization(async (tx) => {
        const { version } = await tx.one(
          sql(
            Type.Object({ version: Type.Integer() }),
          )`update stage_keys set is_revoked = true, version = version + 1 where id = ${id} returning version`,
        )
        const intent = { organizationId: ORGANIZATION, kind: KIND, resourceId: id, desiredVersion: version }
        return await litellm.outbox.enqueueIntent(tx, { ...intent, operation: 'delete', hash })
      }),
    async row({ id }) {
      const [row] = await query('select version, applied, note from stage_keys where id = $1', [id])
      return row as { version: number; applied: number; note: string }
    },
    async intents(key) {
      const rows = await query(
        `select state, attempts, last_error as "lastError", secret is not null as "hasSecret" from litellm_intents
         where $1::uuid is null or resource_id = $1 order by sequence`,
        [key?.id ?? null],
      )
      return rows as { state: string; attempts: number; lastError: string | null; hasSecret: boolean }[]
    },
    query,
    ask,
    async fault(fault) {
      const { status } = await ask('POST', '/simulator/faults', fault)
      if (status !== 200) throw new Error(`the simulator refused a fault with ${status}`)
    },
    async clearFaults() {
      await ask('DELETE', '/simulator/faults')
    },
    async keysThere() {
      const found = new Map<string, Facts>()
      for (let page = 1; ; page += 1) {
        const { body } = await ask('GET', `/key/list?return_full_object=true&size=100&page=${page}`)
        const { keys, total_pages: pages } = body as { keys: Facts[]; total_pages: number }
        for (const key of keys) found.set(String(key['token']), key)
        if (page >= pages) return found
      }
    },
    async spawn() {
      const settings: ProcessSettings = {
        platformUrl: urls.platformUrl,
        url: simulator.url,
        apiKey: MASTER_KEY,
        encryptionKey,
        installation,
      }
      const child = fork(new URL('litellm-process.ts', import.meta.url), { execArgv: [] })
      children.add(child)
      child.once('exit', () => children.delete(child))
      child.send(settings)
      await once(child, 'message')
      return child
    },
    async close() {
      for (const child of children) child.kill('SIGKILL')
      await Promise.all(opened.map((litellm) => litellm.stop(500)))
      await Promise.all([database.close(), platform.close(), superuser.end(), simulator.close()])
      await postgres.stop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** The module that owns the stage's keys. */
export function stageResource(installation: string): Resource {
  const toDesired = (row: (typeof StageRow)['static']) => ({
    id: row.id,
    organizationId: ORGANIZATION,
    version: row.version,
    key: row.isRevoked ? null : desiredKey(row),
  })
  const desiredKey = (row: (typeof StageRow)['static']): DesiredKey => ({
    hash: row.hash,
    alias: keyAlias(installation, row.id),
    models: row.models,
    maxBudgetNanoUsd: 2_500_000_000n,
    budgetDuration: '1mo',
    rpmLimit: row.rpmLimit,
    tpmLimit: null,
    maxParallelRequests: null,
    expiresAt: null,
    isBlocked: false,
    metadata: { installation, organizationId: ORGANIZATION, keyId: row.id, version: row.version },
    userId: 'stage-user',
  })
  return {
    kind: KIND,
    async loadDesired(tx, ids) {
      return (
        await tx.many(sql(StageRow)`select ${columns} from stage_keys where id = any (${ids}::uuid[])`)
      ).map(toDesired)
    },
    async recordApplied(tx, id, version) {
      await tx.run(sql`update stage_keys set applied = ${version}, note = 'applied' where id = ${id}`)
    },
    async recordFailed(tx, id) {
      await tx.run(sql`update stage_keys set note = 'failed' where id = ${id}`)
    },
    async recordLost(tx, id) {
      await tx.run(sql`update stage_keys set note = 'lost' where id = ${id}`)
      return true
    },
    async listDesired(tx, cursor) {
      const rows = await tx.many(sql(StageRow)`select ${columns} from stage_keys
        where not is_revoked and (${cursor}::uuid is null or id > ${cursor}::uuid) order by id limit 7`)
      return { items: rows.map(toDesired), nextCursor: rows.length === 7 ? (rows.at(-1)?.id ?? null) : null }
    },
  }
}
