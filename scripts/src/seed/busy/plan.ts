// Who is there: organizations, teams, people and where they belong.
import { Random, uuidOf } from '../random.ts'
import { busyModels } from './models.ts'
import { nameOf } from './names.ts'

export const DAY_MS = 86_400_000

export interface BusyOptions {
  readonly seed: number
  readonly months: number
  /** 1: 500 people and 2,000 keys. */
  readonly scale: number
  /** All that is told lies before. */
  readonly until: Date
}

type OrganizationRole = 'admin' | 'manager' | 'member' | 'viewer'

export interface BusyTeam {
  readonly id: string
  readonly name: string
  readonly isDefault: boolean
  /** None on a default team: all. */
  readonly modelIds: readonly string[]
  readonly isArchived: boolean
  readonly createdAt: Date
}

export interface BusyOrganization {
  readonly id: string
  readonly name: string
  /** Of its people's offices, from UTC. */
  readonly hoursEast: number
  readonly domain: string
  /** Part of the people. */
  readonly share: number
  readonly isRestrictedToList: boolean
  readonly modelIds: readonly string[]
  readonly teams: readonly BusyTeam[]
  readonly createdAt: Date
}

export interface BusyMembership {
  readonly organization: BusyOrganization
  readonly role: OrganizationRole
  readonly isDisabled: boolean
  readonly isRemoved: boolean
  readonly teams: readonly BusyTeam[]
  readonly joinedAt: Date
}

export interface BusyPerson {
  readonly id: string
  readonly username: string
  readonly displayName: string
  readonly email: string
  readonly status: 'active' | 'disabled' | 'departed'
  readonly platformRole: 'admin' | 'adminReadonly' | 'user'
  readonly language: string | null
  readonly createdAt: Date
  readonly lastSignInAt: Date | null
  readonly memberships: readonly BusyMembership[]
  /** Who can really sign in, and whether they have done so before. */
  readonly local?: { readonly issuer: string; readonly subject: string; readonly isKnown: boolean }
}

const blueprints = [
  { name: 'Meridian Robotics', domain: 'meridian.example', hoursEast: 1, share: 0.45, isListed: false },
  { name: 'Bluebird Health', domain: 'bluebird.example', hoursEast: -5, share: 0.33, isListed: true },
  { name: 'Sakura Freight', domain: 'sakura.example', hoursEast: 9, share: 0.22, isListed: false },
] as const
const teamNames = [
  'Research', 'Support', 'Data platform', 'Legal', 'Marketing', 'Field service', 'Security', 'Finance', 'Old pilot',
] as const // prettier-ignore

const before = (at: Date, days: number): Date => new Date(at.getTime() - days * DAY_MS)

export function planOrganizations({ seed, months, until }: BusyOptions): BusyOrganization[] {
  return blueprints.map((blueprint, place) => {
    const { name, domain, hoursEast, share, isListed } = blueprint
    const random = new Random(`${String(seed)} busy organization ${name}`)
    const modelIds = (isListed ? random.shuffled(busyModels).slice(0, 30) : [...busyModels]).map(
      ({ id }) => id,
    )
    const createdAt = before(until, months * 31 + 300 + place)
    const id = uuidOf(`litemaas busy ${String(seed)} organization ${name}`)
    const others = teamNames.filter((_, index) => index % 3 !== place || index === teamNames.length - 1)
    const teams = [
      { name: 'Default team', isDefault: true, modelIds: [], isArchived: false },
      ...others.map((team) => ({
        name: team,
        isDefault: false,
        modelIds: random.shuffled(modelIds).slice(0, random.between(8, 24)).sort(),
        isArchived: team === 'Old pilot',
      })),
    ].map((team, index) => ({
      ...team,
      id: uuidOf(`${id} team ${team.name}`),
      createdAt: new Date(createdAt.getTime() + index * 3_600_000),
    }))
    return { id, name, hoursEast, domain, share, isRestrictedToList: isListed, modelIds, teams, createdAt }
  })
}

type Organizations = readonly BusyOrganization[]

export function planPeople(options: BusyOptions, organizations: Organizations): BusyPerson[] {
  const { seed, scale, until } = options
  const taken = new Map<string, number>()
  return Array.from({ length: Math.max(12, Math.round(500 * scale)) }, (_, number) => {
    const random = new Random(`${String(seed)} busy person ${String(number)}`)
    const { displayName, username: wish } = nameOf(random)
    const same = (taken.get(wish) ?? 0) + 1
    taken.set(wish, same)
    const username = same === 1 ? wish : `${wish}${String(same)}`
    // The first of everybody make sure that each organization has its administrators and managers.
    const founder = organizations[number % organizations.length]
    const isFounder = number < organizations.length * 4
    const home = isFounder && founder ? founder : choose(random, organizations)
    const fate = random.next()
    const status = isFounder || fate > 0.06 ? 'active' : fate > 0.02 ? 'disabled' : 'departed'
    const second = random.isLucky(0.08) ? choose(random, organizations) : home
    const role = isFounder ? (number < organizations.length * 2 ? 'admin' : 'manager') : roleOf(random)
    const first = planMembership(options, random, home, role, isFounder)
    const more = second === home ? [] : [planMembership(options, random, second, roleOf(random), false)]
    const memberships = [first, ...more]
    const createdAt = new Date(Math.min(...memberships.map(({ joinedAt }) => joinedAt.getTime())) - 60_000)
    return {
      id: uuidOf(`litemaas busy ${String(seed)} person ${String(number)}`),
      username: `${username}-${String(seed)}`,
      displayName,
      email: `${username}@${home.domain}`,
      status,
      platformRole: number === organizations.length * 4 ? 'adminReadonly' : 'user',
      language: random.isLucky(0.5) ? random.pick(['en', 'fr', 'de', 'es', 'ja']) : null,
      createdAt,
      lastSignInAt: random.isLucky(0.07)
        ? null
        : new Date(
            Math.max(createdAt.getTime() + 1000, until.getTime() - random.size(1, 90 * 24) * 3_600_000),
          ),
      memberships,
    }
  })
}

function choose(random: Random, organizations: Organizations): BusyOrganization {
  let place = random.next()
  for (const organization of organizations) {
    place -= organization.share
    if (place < 0) return organization
  }
  const [first] = organizations
  if (!first) throw new Error('There are no organizations to choose from.')
  return first
}

function roleOf(random: Random): OrganizationRole {
  const place = random.next()
  return place < 0.015 ? 'admin' : place < 0.08 ? 'manager' : place < 0.93 ? 'member' : 'viewer'
}

function planMembership(
  { months, until }: BusyOptions,
  random: Random,
  organization: BusyOrganization,
  role: OrganizationRole,
  isFounder: boolean,
): BusyMembership {
  const fate = random.next()
  const isRemoved = !isFounder && fate < 0.02
  const isDisabled = isRemoved || (!isFounder && fate < 0.05)
  const [standard, ...others] = organization.teams.filter((team) => !team.isArchived)
  const mine = random.isLucky(0.75) ? random.shuffled(others).slice(0, random.between(1, 2)) : []
  const joinedAt = isFounder
    ? new Date(organization.createdAt.getTime() + DAY_MS)
    : before(until, random.between(3, months * 31 + 280))
  return {
    organization,
    role,
    isDisabled,
    isRemoved,
    teams: isRemoved || !standard ? [] : [standard, ...mine],
    joinedAt: new Date(joinedAt.getTime() + random.between(6 * 3600, 20 * 3600) * 1000 - DAY_MS),
  }
}
