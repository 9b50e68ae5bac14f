import { randomUUID } from 'node:crypto'
import type { Operation } from './openapi.ts'
import { addMember, clientOf, type Member, type MemberOptions } from './people.ts'
import type { World } from './world.ts'

/** A request that would succeed, were the caller allowed to make it. */
export interface Prepared {
  readonly params: Readonly<Record<string, string>>
  readonly query?: string
  readonly body?: unknown
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

const requests: Readonly<Record<string, Make>> = {
  completeSignIn: async () => ({ params: {}, query: '?code=none&state=none' }),
  switchOrganization: async ({ member }) => ({
    params: {},
    body: { organizationId: member.organizationId ?? randomUUID() },
  }),
  endSession: onId(ownSession),
  getModel: async ({ catalogue }) => ({ params: { id: catalogue.open } }),
  createSubscription: async ({ catalogue }) => ({ params: {}, body: { modelId: catalogue.open } }),
  getSubscription: onId(ownSubscription),
  updateSubscription: onId(ownPending, { reason: 'Because.' }),
  cancelSubscription: onId(ownSubscription),
  requestSubscriptionAgain: onId(ownDenied, { reason: 'Please.' }),
  listSubscriptionHistory: onId(ownSubscription),
  approveSubscription: onId(colleaguesPending, { reason: 'Fine.' }),
  denySubscription: onId(colleaguesPending, { reason: 'No.' }),
  createApiKey: async ({ belongings, member, catalogue }) => {
    await belongings.subscription(member)
    return { params: {}, body: { name: 'A key', modelIds: [catalogue.open] } }
  },
  getApiKey: onId(ownKey),
  updateApiKey: onId(ownKey, { name: 'Another name' }),
  revokeApiKey: onId(ownKey),
  rotateApiKey: onId(ownKey, { overlapSeconds: 0 }),
  createChatCompletion: async () => ({ params: {}, body: chat }),
  createCompletion: async () => ({ params: {}, body: { model: CHAT, prompt: 'Rivers', max_tokens: 5 } }),
  createEmbedding: async () => ({ params: {}, body: { model: EMBEDDING, input: 'Rivers' } }),
  createResponse: async () => ({ params: {}, body: { model: CHAT, input: 'Rivers', max_output_tokens: 5 } }),
  getGatewayModel: async () => ({ params: { '*': CHAT } }),
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
