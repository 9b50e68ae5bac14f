import { machinePermissions } from '#identity'
import type { World } from '#test'
import { Client } from '#test'
import { addMember, DEFAULT_ORGANIZATION, openSession, type Member } from '../support/people.ts'
import {
  becomes,
  Belongings,
  newMember,
  serviceTokenOf,
  someServiceClient,
  type Catalogue,
} from '../support/requests.ts'

/** Somebody who tries a door: what they may own is made while they are a plain member. */
interface Attempt {
  readonly client: Client
  readonly member: Member
}

export interface CallerKind {
  readonly name: string
  /** A new person of this kind each time, so that no attempt finds what an earlier one did. `prepare` runs before the role changes. */
  readonly arrive: (prepare: (member: Member) => Promise<void>) => Promise<Attempt>
}

/** Every kind of caller, in the order of the golden file's columns. */
export async function callerKinds(world: World, catalogue: Catalogue): Promise<CallerKind[]> {
  const belongings = new Belongings(world, catalogue)
  const [embedding] = await world.query<{ id: string }>(
    `select id from models where name = 'text-embedding-small'`,
  )
  const both = [catalogue.open, embedding?.id ?? '']
  const bearer = (credential: string) => new Client(world.url, { authorization: `Bearer ${credential}` })

  const keyHolder = await newMember(world)
  const live = await belongings.apiKey(keyHolder, both)
  const revokedHolder = await newMember(world)
  const revoked = await belongings.apiKey(revokedHolder, both)
  const { token } = await openSession(world, revokedHolder)
  const gone = await bearer(token).delete(`/api/v1/api-keys/${revoked['id'] ?? ''}`)
  if (gone.status !== 204) throw new Error(`the key was not revoked: ${gone.status}`)

  const machine = async (scopes: readonly string[]) =>
    bearer(await serviceTokenOf(world, await someServiceClient(world, DEFAULT_ORGANIZATION, scopes)))
  const everyScope = await machine(machinePermissions)
  const readScopes = await machine(machinePermissions.filter((scope) => /:read(-|$)/.test(scope)))

  const person = (name: string, options: Parameters<typeof becomes>[2]): CallerKind => ({
    name,
    arrive: async (prepare) => {
      const plain = await newMember(world)
      await prepare(plain)
      const member = await becomes(world, plain, options)
      return { member, client: bearer((await openSession(world, member)).token) }
    },
  })
  const withCredential = (name: string, client: Client): CallerKind => ({
    name,
    arrive: async (prepare) => {
      const member = await newMember(world)
      await prepare(member)
      return { member, client }
    },
  })
  return [
    withCredential('anonymous', world.anonymous),
    person('user', {}),
    person('viewer', { role: 'viewer' }),
    person('manager', { role: 'manager' }),
    person('orgAdmin', { role: 'admin' }),
    person('adminReadonly', { platformRole: 'adminReadonly' }),
    person('admin', { platformRole: 'admin' }),
    withCredential('apiKey', bearer(live['key'] ?? '')),
    withCredential('revokedKey', bearer(revoked['key'] ?? '')),
    withCredential('serviceClient', everyScope),
    withCredential('readClient', readScopes),
    {
      name: 'disabled',
      arrive: async (prepare) => {
        const member = await newMember(world)
        await prepare(member)
        const session = await openSession(world, member)
        await world.query(`update users set status = 'disabled' where id = $1`, [member.userId])
        return { member, client: bearer(session.token) }
      },
    },
    {
      name: 'memberless',
      arrive: async (prepare) => {
        await prepare(await newMember(world))
        const member = await addMember(world, { organizationId: null })
        return { member, client: bearer((await openSession(world, member)).token) }
      },
    },
  ]
}
