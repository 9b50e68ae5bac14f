// The people of the local identity provider: with `--busy` they have months of life behind them, and sign in to see it.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type pg from 'pg'
import { demoPeople } from '../../identity-provider/people.ts'
import { uuidOf } from '../random.ts'
import { DAY_MS, type BusyOptions, type BusyOrganization, type BusyPerson } from './plan.ts'
import { planKey, planVariedSubscriptions, type BusyKey, type BusySubscription } from './rights.ts'

export interface LocalPerson {
  readonly issuer: string
  readonly subject: string
  readonly username: string
  readonly displayName: string
  readonly email: string
  readonly platformRole: 'admin' | 'user'
  /** In the first organization. */
  readonly role: 'admin' | 'manager' | 'member'
  /** To models that are open to everybody. */
  readonly subscriptions: number
  readonly keys: number
}

/** The user is somebody who only uses models, the other one decides on requests as well. */
const lives = {
  alice: { role: 'member', subscriptions: 7, keys: 8 },
  bob: { role: 'manager', subscriptions: 6, keys: 4 },
  admin: { role: 'admin', subscriptions: 5, keys: 4 },
} as const

/** Whom the local provider with this data folder knows; nobody where it never ran. */
export async function findLocalPeople(issuer: string, folder: string): Promise<LocalPerson[]> {
  const text = await readFile(join(folder, 'identity.json'), 'utf8').catch(() => '{}')
  const { subjects = {} } = JSON.parse(text) as { subjects?: Readonly<Record<string, string>> }
  return Object.entries(lives).flatMap(([username, life]) => {
    const person = demoPeople.find((one) => one.username === username)
    const subject = subjects[username]
    if (!person || subject === undefined) return []
    const platformRole = person.groups.includes('litemaas-admins') ? 'admin' : 'user'
    const { name: displayName, email } = person
    return [{ issuer, subject, username, displayName, email, platformRole, ...life }]
  })
}

/** Who of them has signed in before keeps the own row. */
export async function knownIds(
  client: pg.ClientBase,
  people: readonly LocalPerson[],
): Promise<ReadonlyMap<string, string>> {
  const { rows } = await client.query<{ issuer: string; subject: string; user_id: string }>(
    'select issuer, subject, user_id from identities where (issuer, subject) in (select * from unnest($1::text[], $2::text[]))',
    [people.map(({ issuer }) => issuer), people.map(({ subject }) => subject)],
  )
  return new Map(rows.map((row) => [`${row.issuer} ${row.subject}`, row.user_id]))
}

export interface LocalPlan {
  readonly people: readonly BusyPerson[]
  readonly subscriptions: readonly BusySubscription[]
  readonly keys: readonly BusyKey[]
}

/** Apart from everybody else's, so that the others' rows do not depend on who can sign in. */
export function planLocalPeople(
  options: BusyOptions,
  organization: BusyOrganization,
  local: readonly LocalPerson[],
  known: ReadonlyMap<string, string>,
  others: readonly BusyPerson[],
): LocalPlan {
  const planned = local.map((one, place) => {
    const person = planPerson(options, organization, one, place, known.get(`${one.issuer} ${one.subject}`))
    const [home] = person.memberships
    const subscriptions = home
      ? planVariedSubscriptions(options, person, home, { reviewersAmong: others, count: one.subscriptions })
      : []
    const usable = subscriptions.filter(({ status }) => status === 'active')
    const keys =
      usable.length === 0
        ? []
        : Array.from({ length: one.keys }, (_, number) => planKey(options, usable, number, false))
    return { person, subscriptions, keys }
  })
  return {
    people: planned.map(({ person }) => person),
    subscriptions: planned.flatMap(({ subscriptions }) => subscriptions),
    keys: planned.flatMap(({ keys }) => keys),
  }
}

function planPerson(
  { seed, until, months }: BusyOptions,
  organization: BusyOrganization,
  one: LocalPerson,
  place: number,
  knownId: string | undefined,
): BusyPerson {
  const joinedAt = new Date(until.getTime() - (months * 31 + 30 + place) * DAY_MS)
  const [standard, ...teams] = organization.teams.filter(({ isArchived }) => !isArchived)
  return {
    id: knownId ?? uuidOf(`litemaas busy ${String(seed)} local ${one.username}`),
    username: one.username,
    displayName: one.displayName,
    email: one.email,
    status: 'active',
    platformRole: one.platformRole,
    language: null,
    createdAt: joinedAt,
    lastSignInAt: new Date(until.getTime() - 3_600_000),
    memberships: [
      {
        organization,
        role: one.role,
        isDisabled: false,
        isRemoved: false,
        teams: standard ? [standard, ...teams.slice(place, place + 2)] : [],
        joinedAt,
      },
    ],
    local: { issuer: one.issuer, subject: one.subject, isKnown: knownId !== undefined },
  }
}
