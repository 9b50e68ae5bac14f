import { randomBytes, randomUUID } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Operation } from './openapi.ts'
import {
  addMember,
  addOrganization,
  clientOf,
  DEFAULT_ORGANIZATION,
  type Member,
  type MemberOptions,
} from './people.ts'
import type { World } from './world.ts'

/** A request that would succeed, were the caller allowed to make it. */
export interface Prepared {
  readonly params: Readonly<Record<string, string>>
  readonly query?: string
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
  /** Of a body that is not JSON. */
  readonly contentType?: string
}

/** The models of the world, by what tests need of them. */
export interface Catalogue {
  readonly open: string
  readonly restricted: string
}

export const CHAT = 'granite-4-small'
export const EMBEDDING = 'text-embedding-small'

export async function catalogueOf(world: World): Promise<Catalogue> {
  const rows = await world.query<{ id: string; name: string }>('select id, name from models')
  const idOf = (name: string) => rows.find((row) => row.name === name)?.id ?? ''
  return { open: idOf(CHAT), restricted: idOf('acme/confidential-70b') }
}

/** What somebody owns while they are a plain member; the way to it goes through the API itself. */
export class Belongings {
  readonly #world: World
  readonly #catalogue: Catalogue

  constructor(world: World, catalogue: Catalogue) {
    this.#world = world
    this.#catalogue = catalogue
  }

  async #made(member: Member, path: string, body: object): Promise<Record<string, string>> {
    const client = await clientOf(this.#world, member)
    const answer = await client.post(path, body)
    if (answer.status !== 201)
      throw new Error(`${path} answered ${answer.status}: ${JSON.stringify(answer.body)}`)
    return answer.body.data as Record<string, string>
  }

  subscription(member: Member, modelId = this.#catalogue.open): Promise<Record<string, string>> {
    return this.#made(member, '/api/v1/subscriptions', { modelId, reason: `for ${member.username}` })
  }

  async pending(member: Member): Promise<string> {
    return String((await this.subscription(member, this.#catalogue.restricted))['id'])
  }

  async denied(member: Member): Promise<string> {
    const id = await this.pending(member)
    await this.#world.query(
      `update subscriptions set status = 'denied', version = version + 1 where id = $1`,
      [id],
    )
    return id
  }

  /** The answer to the creation: `id` and `key`. */
  async apiKey(member: Member, modelIds = [this.#catalogue.open]): Promise<Record<string, string>> {
    for (const modelId of modelIds) await this.subscription(member, modelId)
    return this.#made(member, '/api/v1/api-keys', { name: `key of ${member.username}`, modelIds })
  }

  /** A request to this operation for which everything exists that it needs: the person's own rows, or a colleague's to decide about. */
  async prepare(operation: Operation, member: Member, colleague: () => Promise<Member>): Promise<Prepared> {
    const make = requests[operation.operationId]
    if (make)
      return make({ member, colleague, belongings: this, catalogue: this.#catalogue, world: this.#world })
    if (operation.path.includes('{'))
      throw new Error(`say in support/requests.ts what ${operation.operationId} needs`)
    return { params: {} }
  }
}

interface Needs {
  readonly member: Member
  readonly colleague: () => Promise<Member>
  readonly belongings: Belongings
  readonly catalogue: Catalogue
  readonly world: World
}

type Make = (needs: Needs) => Promise<Prepared>

const onId =
  (idOf: (needs: Needs) => Promise<unknown>, body?: unknown): Make =>
  async (needs) => ({
    params: { id: String(await idOf(needs)) },
    ...(body === undefined ? {} : { body }),
  })
const ownSubscription = async ({ belongings, member }: Needs) => (await belongings.subscription(member))['id']
const ownPending = ({ belongings, member }: Needs) => belongings.pending(member)
const ownDenied = ({ belongings, member }: Needs) => belongings.denied(member)
const ownKey = async ({ belongings, member }: Needs) => (await belongings.apiKey(member))['id']
const colleaguesKey = async ({ belongings, colleague }: Needs): Promise<string> =>
  String((await belongings.apiKey(await colleague()))['id'])
const colleaguesRevokedKey = async (needs: Needs): Promise<string> => {
  const id = await colleaguesKey(needs)
  await needs.world.query('update api_keys set revoked_at = now() where id = $1', [id])
  return id
}
const colleaguesBudget = async ({ world, colleague }: Needs): Promise<string> => {
  const { organizationId, userId } = await colleague()
  const [row] = await world.query<{ id: string }>(
    `insert into budgets (organization_id, level, subject_id, limit_nano) values ($1, 'user', $2, 1000000000) returning id`,
    [organizationId, userId],
  )
  return row?.id ?? ''
}
const once = () => ({ 'idempotency-key': randomUUID() })
const inAnHour = () => new Date(Date.now() + 3_600_000).toISOString()
const colleaguesActive = async ({ belongings, colleague }: Needs) =>
  (await belongings.subscription(await colleague()))['id']
const colleaguesSuspended = async (needs: Needs) => {
  const id = await colleaguesActive(needs)
  await needs.world.query(
    `update subscriptions set status = 'suspended', version = version + 1 where id = $1`,
    [id],
  )
  return id
}
/** A model that nobody else needs. */
const spareModel = async ({ world }: Needs) => {
  const [row] = await world.query<{ id: string }>(
    `insert into models (name, provider, mode) values ($1, 'test', 'chat') returning id`,
    [`spare-${randomUUID()}`],
  )
  return row?.id
}
const colleaguesPending = async ({ belongings, colleague }: Needs) => belongings.pending(await colleague())
const ownSession = async ({ world, member }: Needs) => {
  const [row] = await world.query<{ id: string }>(
    `insert into sessions (digest, user_id, idle_expires_at, expires_at)
     values (sha256($1::bytea), $2, now() + interval '1 hour', now() + interval '1 hour') returning id`,
    [Buffer.from(randomUUID()), member.userId],
  )
  return row?.id
}
const chat = {
  model: CHAT,
  messages: [{ role: 'user', content: 'Say something about rivers.' }],
  max_tokens: 5,
}

/** A PNG of one pixel. */
export const PIXEL = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
)
const someLogo = (world: World) =>
  world.query(
    `insert into branding_images (slot, media_type, content, digest) values ('login-logo', 'image/png', $1, 'x')
     on conflict (slot) do nothing`,
    [PIXEL],
  )
const someBanner = async ({ world }: Needs) => {
  const [row] = await world.query<{ id: string }>(
    `insert into banners (severity, texts, dismiss_hours) values ('info', '{"en": "Hello"}', 24) returning id`,
  )
  return row?.id
}

/** Leads where no call is ever made. */
export async function someWebhook(world: World, organizationId: string): Promise<string> {
  const [row] = await world.query<{ id: string }>(
    `insert into webhooks (organization_id, name, url, event_names, is_enabled, secret)
     values ($1, $2, 'https://127.0.0.1/', '{job.finished}', false, '') returning id`,
    [organizationId, `Webhook ${randomUUID()}`],
  )
  return row?.id ?? ''
}
const ownWebhook = ({ world, member }: Needs) =>
  someWebhook(world, member.organizationId ?? DEFAULT_ORGANIZATION)
const deadDelivery = async (needs: Needs) => {
  const id = await ownWebhook(needs)
  const [row] = await needs.world.query<{ id: string }>(
    `insert into webhook_deliveries (organization_id, webhook_id, event_name, event_key, body, state)
     select organization_id, id, 'job.finished', 'x', '{}', 'dead' from webhooks where id = $1 returning id`,
    [id],
  )
  return { id, deliveryId: row?.id ?? '' }
}
export async function someNotification(world: World, member: Member): Promise<string> {
  const [row] = await world.query<{ id: string }>(
    `insert into notifications (organization_id, user_id, kind, template, severity, event_sequence)
     select $1, $2, 'job', 'job.succeeded', 'info', coalesce(max(event_sequence), 0) - 1 from notifications where user_id = $2
     returning id`,
    [member.organizationId ?? DEFAULT_ORGANIZATION, member.userId],
  )
  return row?.id ?? ''
}
const ownNotification = ({ world, member }: Needs) => someNotification(world, member)

const colleagueId = async ({ colleague }: Needs) => (await colleague()).userId
const noLimits = {
  rpmLimit: null,
  tpmLimit: null,
  maxParallelRequests: null,
  maxBudget: null,
  budgetDuration: null,
}

const ownJob = async ({ world, member }: Needs) => {
  // Later than any test lasts, so that it stays what it is.
  const [row] = await world.query<{ id: string }>(
    `insert into jobs (organization_id, kind, created_by, next_at) values ($1, 'test.waits', $2, now() + interval '1 day') returning id`,
    [member.organizationId ?? DEFAULT_ORGANIZATION, member.userId],
  )
  return row?.id
}

const ownOrganization = async ({ member }: Needs) => member.organizationId ?? DEFAULT_ORGANIZATION
/** A team of the person's own organization, which they administer. */
const ownTeam = async ({ world, member }: Needs): Promise<string> => {
  const [row] = await world.query<{ id: string }>(
    `with t as (insert into teams (organization_id, name) values ($1, $2) returning organization_id, id)
     insert into team_members (organization_id, team_id, user_id, role) select organization_id, id, $3, 'admin' from t
     returning team_id as id`,
    [member.organizationId ?? DEFAULT_ORGANIZATION, `Team ${randomUUID()}`, member.userId],
  )
  return row?.id ?? ''
}
const ownTeamAndColleague = async (needs: Needs) => {
  const id = await ownTeam(needs)
  const userId = await colleagueId(needs)
  await needs.world.query(
    `insert into team_members (organization_id, team_id, user_id) select organization_id, id, $2 from teams where id = $1`,
    [id, userId],
  )
  return { id, userId }
}
/** Answers the id; the token is known to whoever passes one. */
export async function someInvitation(
  world: World,
  member: Member,
  organizationId: string,
  token: string = randomUUID(),
): Promise<string> {
  const [row] = await world.query<{ id: string }>(
    `insert into invitations (organization_id, digest, role, created_by, expires_at)
     values ($1, sha256($2::bytea), 'member', $3, now() + interval '1 hour') returning id`,
    [organizationId, Buffer.from(token), member.userId],
  )
  return row?.id ?? ''
}
/** The token of an invitation to another organization. */
const invited = async ({ world, member }: Needs): Promise<string> => {
  const token = randomBytes(32).toString('base64url')
  await someInvitation(world, member, await addOrganization(world, 'Hosts'), token)
  return token
}

const FORM = 'application/x-www-form-urlencoded'
/** A machine of the person's organization, made through the API by an administrator of it, with a secret. */
export async function someServiceClient(
  world: World,
  organizationId: string,
  scopes: readonly string[] = ['audit:read'],
): Promise<{ id: string; secretId: string; clientId: string; secret: string }> {
  const admin = await clientOf(world, await addMember(world, { organizationId, role: 'admin' }))
  const answer = await admin.post('/api/v1/admin/service-clients', { name: 'A machine', scopes })
  if (answer.status !== 201) throw new Error(`no service client: ${JSON.stringify(answer.body)}`)
  const { id, clientId, secret, secrets } = answer.body.data
  return { id, secretId: secrets[0].id, clientId, secret }
}
/** A token of such a machine, with all of its scopes. */
export async function serviceTokenOf(
  world: World,
  client: { clientId: string; secret: string },
): Promise<string> {
  const form = new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: client.clientId,
    client_secret: client.secret,
  })
  const answer = await world.anonymous.post('/api/auth/oauth/token', form.toString(), {
    'content-type': FORM,
  })
  if (answer.status !== 200) throw new Error(`no service token: ${JSON.stringify(answer.body)}`)
  return answer.body.access_token as string
}
const ownServiceClient = ({ world, member }: Needs) =>
  someServiceClient(world, member.organizationId ?? DEFAULT_ORGANIZATION)
/** As a form, with a client's id and secret in it. */
const oauthForm =
  (fields: Readonly<Record<string, string>>): Make =>
  async (needs) => {
    const { clientId, secret } = await ownServiceClient(needs)
    const body = new URLSearchParams({ ...fields, client_id: clientId, client_secret: secret }).toString()
    return { params: {}, body, headers: { 'content-type': FORM }, contentType: FORM }
  }

const ledgerCheck = async ({ world }: Needs) => {
  const [row] = await world.query<{ id: string }>(
    `insert into ledger_checks (trigger, from_day, started_at, organizations, differences) values ('command', now(), now(), 1, 0) returning id`,
  )
  return row?.id
}
const usageRecount = async ({ world, member }: Needs) => {
  const [row] = await world.query<{ id: string }>(
    `insert into usage_recounts (id, job_organization_id, from_day, to_day, is_applied, created_by)
     values (gen_random_uuid(), gen_random_uuid(), now(), now(), false, $1) returning id`,
    [member.userId],
  )
  return row?.id
}
const deadReport = async ({ world }: Needs) => {
  const [row] = await world.query<{ id: string }>(
    `insert into litellm_spend_inbox (request_id, arrived_by, record, state, reason)
     values (gen_random_uuid()::text, 'push', '{"startedAt": 1767225600000, "modelGroup": "none", "model": ""}', 'dead', 'a test') returning id`,
  )
  return row?.id
}

/** A form of texts. */
const someForm = (fields: Readonly<Record<string, string>>) => ({
  body: [
    ...Object.entries(fields).map(
      ([name, value]) => `--b\r\ncontent-disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
    ),
    '--b--\r\n',
  ].join(''),
  headers: { 'content-type': 'multipart/form-data; boundary=b' },
})

/** A finished one, and its file. */
const someBackup = async ({ world }: Needs): Promise<string> => {
  const id = randomUUID()
  const fileName = `litemaas-${id}.backup`
  const directory = world.app.config.BACKUP_DIRECTORY ?? ''
  await mkdir(directory, { recursive: true })
  await writeFile(join(directory, fileName), 'not really')
  const manifest = {
    format: 1,
    source: 'litemaas',
    installation: 'here',
    createdAt: '2026-01-01T00:00:00Z',
    serverVersion: '18',
    migrations: [],
    partitions: [],
    sequences: {},
    tables: [],
  }
  await world.query(
    `insert into backups (id, job_organization_id, source, file_name, finished_at, bytes, sha256, manifest, rows_total)
     values ($1, $2, 'litemaas', $3, now(), 10, '', $4, 0)`,
    [id, DEFAULT_ORGANIZATION, fileName, JSON.stringify(manifest)],
  )
  return id
}

const requests: Readonly<Record<string, Make>> = {
  createBackup: async () => ({ params: {}, body: {} }),
  getBackup: onId(someBackup),
  downloadBackup: onId(someBackup),
  testBackup: onId(someBackup),
  deleteBackup: onId(someBackup),
  receiveLiteLLMUsage: async () => ({ params: {}, body: [] }),
  startUsageRecount: async () => ({ params: {}, body: { from: '2026-01-01', to: '2026-01-01' } }),
  getUsageRecount: onId(usageRecount),
  listUsageRecountDifferences: onId(usageRecount),
  listUsageRecountTotals: onId(usageRecount),
  redriveUsageIntake: onId(deadReport),
  listLedgerDifferences: onId(ledgerCheck),
  createOrganization: async () => ({ params: {}, body: { name: 'Another organization' } }),
  getOrganization: onId(ownOrganization),
  updateOrganization: onId(ownOrganization, { rpmLimit: null }),
  getOrganizationModels: onId(ownOrganization),
  setOrganizationModels: onId(ownOrganization, { isRestrictedToList: false, modelIds: [] }),
  renameOrganization: async () => ({ params: {}, body: { name: 'Default organization' } }),
  updateMember: onId(colleagueId, { role: 'viewer' }),
  removeMember: onId(colleagueId),
  createInvitation: async () => ({ params: {}, body: { role: 'member' } }),
  revokeInvitation: onId(({ world, member }) =>
    someInvitation(world, member, member.organizationId ?? DEFAULT_ORGANIZATION),
  ),
  getInvitationOffer: async (needs) => ({ params: { token: await invited(needs) } }),
  acceptInvitation: async (needs) => ({ params: {}, body: { token: await invited(needs) } }),
  getTeam: onId(ownTeam),
  listTeamKeys: onId(ownTeam),
  listTeamMembers: onId(ownTeam),
  listTeamCandidates: onId(ownTeam),
  addTeamMember: async (needs) => ({
    params: { id: await ownTeam(needs) },
    body: { userId: await colleagueId(needs) },
  }),
  updateTeamMember: async (needs) => ({ params: await ownTeamAndColleague(needs), body: { role: 'admin' } }),
  removeTeamMember: async (needs) => ({ params: await ownTeamAndColleague(needs) }),
  createTeam: async () => ({ params: {}, body: { name: `Team ${randomUUID()}` } }),
  updateTeam: onId(ownTeam, { description: 'Another description' }),
  archiveTeam: onId(ownTeam),
  getJob: onId(ownJob),
  cancelJob: onId(ownJob),
  getAnyJob: onId(ownJob),
  completeSignIn: async () => ({ params: {}, query: '?code=none&state=none' }),
  switchOrganization: async ({ member }) => ({
    params: {},
    body: { organizationId: member.organizationId ?? randomUUID() },
  }),
  endSession: onId(ownSession),
  updateUsersSettings: async () => ({ params: {}, body: { rpmLimit: null } }),
  updateProfile: async () => ({ params: {}, body: { theme: 'dark' } }),
  getUser: onId(colleagueId),
  listUserActivity: onId(colleagueId),
  updateUser: onId(colleagueId, { displayName: 'Another Name' }),
  setUserLimits: onId(colleagueId, { ...noLimits, rpmLimit: 60 }),
  setLimitsOfUsers: async (needs) => ({
    params: {},
    body: { userIds: [await colleagueId(needs)], limits: { rpmLimit: 60 } },
    headers: { 'idempotency-key': randomUUID() },
  }),
  getModel: async ({ catalogue }) => ({ params: { id: catalogue.open } }),
  listModelPrices: async ({ catalogue }) => ({ params: { id: catalogue.open } }),
  getAdminModel: async ({ catalogue }) => ({ params: { id: catalogue.open } }),
  createModel: async () => ({
    params: {},
    body: { name: `made-${randomUUID()}`, providerModel: 'openai/made', inputPricePerMillion: 1 },
  }),
  updateModel: onId(spareModel, { displayOrder: 1 }),
  removeModel: onId(spareModel),
  testModelConnection: async () => ({ params: {}, body: { providerModel: 'openai/made' } }),
  testStoredModelConnection: async ({ catalogue }) => ({ params: { id: catalogue.open } }),
  createSubscription: async ({ catalogue }) => ({ params: {}, body: { modelId: catalogue.open } }),
  getSubscription: onId(ownSubscription),
  updateSubscription: onId(ownPending, { reason: 'Because.' }),
  cancelSubscription: onId(ownSubscription),
  requestSubscriptionAgain: onId(ownDenied, { reason: 'Please.' }),
  listSubscriptionHistory: onId(ownSubscription),
  approveSubscription: onId(colleaguesPending, { reason: 'Fine.' }),
  denySubscription: onId(colleaguesPending, { reason: 'No.' }),
  getSubscriptionRequest: onId(colleaguesPending),
  listSubscriptionRequestHistory: onId(colleaguesPending),
  revertSubscription: onId(colleaguesActive, { reason: 'Anew.' }),
  suspendSubscription: onId(colleaguesActive, { reason: 'Wait.' }),
  resumeSubscription: onId(colleaguesSuspended, { reason: 'Go on.' }),
  removeSubscription: async (needs) => ({
    params: { id: String(await colleaguesActive(needs)) },
    query: '?reason=because',
  }),
  grantSubscription: async ({ colleague, catalogue }) => ({
    params: {},
    body: { userId: (await colleague()).userId, modelId: catalogue.restricted, reason: 'Welcome.' },
  }),
  decideSubscriptions: async (needs) => ({
    params: {},
    body: { decisions: [{ id: await colleaguesPending(needs), action: 'approve' }] },
    headers: { 'idempotency-key': randomUUID() },
  }),
  createApiKey: async ({ belongings, member, catalogue }) => {
    await belongings.subscription(member)
    return { params: {}, body: { name: 'A key', modelIds: [catalogue.open] } }
  },
  getApiKey: onId(ownKey),
  updateApiKey: onId(ownKey, { name: 'Another name' }),
  revokeApiKey: onId(ownKey),
  rotateApiKey: onId(ownKey, { overlapSeconds: 0 }),
  createApiKeyForUser: async ({ belongings, colleague, catalogue }) => {
    const owner = await colleague()
    await belongings.subscription(owner)
    return { params: {}, body: { userId: owner.userId, name: 'A key', modelIds: [catalogue.open] } }
  },
  getAnyApiKey: onId(colleaguesKey),
  updateAnyApiKey: onId(colleaguesKey, { rpmLimit: 60 }),
  revokeAnyApiKey: onId(colleaguesKey),
  deleteApiKey: onId(colleaguesRevokedKey, { reason: 'Not needed any more.' }),
  revokeManyApiKeys: async (needs) => ({
    params: {},
    body: { ids: [await colleaguesKey(needs)], reason: 'Found in a repository.' },
    headers: once(),
  }),
  createBudget: async ({ colleague }) => ({
    params: {},
    body: { level: 'user', subjectId: (await colleague()).userId, limit: 10, duration: '1mo' },
  }),
  getBudget: onId(colleaguesBudget),
  updateBudget: onId(colleaguesBudget, { limit: 20 }),
  deleteBudget: onId(colleaguesBudget),
  listBudgetHistory: onId(colleaguesBudget),
  listBudgetIncreases: onId(colleaguesBudget),
  createBudgetIncrease: async (needs) => ({
    params: { id: await colleaguesBudget(needs) },
    body: { amount: 5, expiresAt: inAnHour(), reason: 'A deadline.' },
    headers: once(),
  }),
  endBudgetIncrease: onId(async (needs) => {
    const id = await colleaguesBudget(needs)
    await needs.world.query(
      `with i as (
         insert into budget_increases (organization_id, budget_id, amount_nano, reason, created_at, expires_at)
         select organization_id, id, 1, 'A deadline.', now(), now() + interval '1 hour' from budgets where id = $1)
       update budgets set increase_nano = 1, increase_until = now() + interval '1 hour' where id = $1`,
      [id],
    )
    return id
  }),
  resetBudgetSpend: async (needs) => ({
    params: { id: await colleaguesBudget(needs) },
    body: { reason: 'A mistake of ours.' },
    headers: once(),
  }),
  createBanner: async () => ({ params: {}, body: { severity: 'info', texts: { en: 'Hello' } } }),
  getBanner: onId(someBanner),
  updateBanner: onId(someBanner, { isEnabled: false }),
  deleteBanner: onId(someBanner),
  dismissBanner: onId(someBanner),
  getBrandingImage: async ({ world }) => {
    await someLogo(world)
    return { params: { slot: 'login-logo' } }
  },
  putBrandingImage: async () => ({ params: { slot: 'login-logo' }, body: PIXEL, contentType: 'image/png' }),
  deleteBrandingImage: async ({ world }) => {
    await someLogo(world)
    return { params: { slot: 'login-logo' } }
  },
  updateBrandingSettings: async () => ({ params: {}, body: { title: 'Models' } }),
  updateRateLimitsSettings: async () => ({ params: {}, body: { anonymous: 100_000 } }),
  createServiceClient: async () => ({ params: {}, body: { name: 'A machine', scopes: ['audit:read'] } }),
  getServiceClient: onId(async (needs) => (await ownServiceClient(needs)).id),
  updateServiceClient: onId(async (needs) => (await ownServiceClient(needs)).id, { name: 'Another name' }),
  deleteServiceClient: onId(async (needs) => (await ownServiceClient(needs)).id),
  createServiceClientSecret: onId(async (needs) => (await ownServiceClient(needs)).id, {}),
  deleteServiceClientSecret: async (needs) => {
    const { id, secretId } = await ownServiceClient(needs)
    return { params: { id, secretId } }
  },
  createServiceToken: oauthForm({ grant_type: 'client_credentials' }),
  introspectServiceToken: oauthForm({ token: 'none' }),
  revokeServiceToken: oauthForm({ token: 'none' }),
  getAuditLog: onId(async ({ world, member }) => {
    const [row] = await world.query<{ id: string }>(
      `insert into audit_logs (organization_id, category, action, actor_kind, door) values ($1, 'test', 'test.made', 'system', 'job') returning id`,
      [member.organizationId ?? DEFAULT_ORGANIZATION],
    )
    return row?.id
  }),
  updateApiKeysSettings: async () => ({ params: {}, body: { defaultRpmLimit: null } }),
  readNotification: onId(ownNotification),
  deleteNotification: onId(ownNotification),
  setNotificationPreferences: async () => ({
    params: {},
    body: { preferences: [{ kind: 'job', inApp: true, email: true }] },
  }),
  createWebhook: async ({ world }) => {
    // An organization may have only so many.
    await world.query('delete from webhooks')
    return {
      params: {},
      body: {
        name: `Webhook ${randomUUID()}`,
        // An address, so that no name need be resolved; and off, so that nobody calls it.
        url: 'https://93.184.215.14/hook',
        eventNames: ['job.finished'],
        isEnabled: false,
      },
    }
  },
  getWebhook: onId(ownWebhook),
  updateWebhook: onId(ownWebhook, { eventNames: ['team.joined'] }),
  deleteWebhook: onId(ownWebhook),
  rotateWebhookSecret: onId(ownWebhook),
  testWebhook: onId(ownWebhook),
  listWebhookDeliveries: onId(ownWebhook),
  redriveWebhookDelivery: async (needs) => ({ params: await deadDelivery(needs) }),
  updateDisplaySettings: async () => ({ params: {}, body: { currency: 'EUR' } }),
  updateRetentionSettings: async () => ({ params: {}, body: { jobDays: 30 } }),
  createChatCompletion: async () => ({ params: {}, body: chat }),
  createCompletion: async () => ({ params: {}, body: { model: CHAT, prompt: 'Rivers', max_tokens: 5 } }),
  createEmbedding: async () => ({ params: {}, body: { model: EMBEDDING, input: 'Rivers' } }),
  createResponse: async () => ({ params: {}, body: { model: CHAT, input: 'Rivers', max_output_tokens: 5 } }),
  createMessage: async () => ({ params: {}, body: chat }),
  countMessageTokens: async () => ({ params: {}, body: { model: CHAT, messages: chat.messages } }),
  // Paid per request: the catalogue has no model of these kinds.
  createTranscription: async () => ({ params: {}, ...someForm({ model: CHAT }) }),
  createSpeech: async () => ({ params: {}, body: { model: CHAT, input: 'Rivers', voice: 'alloy' } }),
  createImage: async () => ({ params: {}, body: { model: CHAT, prompt: 'Rivers' } }),
  createImageEdit: async () => ({ params: {}, ...someForm({ model: CHAT, prompt: 'Rivers' }) }),
  createRerank: async () => ({ params: {}, body: { model: CHAT, query: 'Rivers', documents: ['Rhine'] } }),
  createModeration: async () => ({ params: {}, body: { model: CHAT, input: 'Rivers' } }),
  getGatewayModel: async () => ({ params: { model: CHAT } }),
  createOwnChatCompletion: onId(ownKey, chat),
  // The key has a model that chats only.
  createOwnEmbedding: onId(ownKey, { model: CHAT, input: 'Rivers' }),
  createOwnImage: onId(ownKey, { model: CHAT, prompt: 'Rivers' }),
}

/** A person who got their rows as a plain member, and only then the role that they are tested in. */
export async function becomes(
  world: World,
  member: Member,
  options: Pick<MemberOptions, 'role' | 'platformRole'>,
): Promise<Member> {
  const { role = 'member', platformRole = 'user' } = options
  await world.query('update memberships set role = $2 where user_id = $1', [member.userId, role])
  await world.query('update users set platform_role = $2 where id = $1', [member.userId, platformRole])
  await world.query(`select pg_notify('identity_changed', 'user:' || $1)`, [member.userId])
  return { ...member, platformRole }
}

export const newMember = (world: World, organizationId?: string) =>
  addMember(world, organizationId === undefined ? {} : { organizationId })
