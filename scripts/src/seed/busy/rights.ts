// What people may use: subscriptions with how they came about, and keys.
import { Random, uuidOf } from '../random.ts'
import { busyModels, type BusyModel } from './models.ts'
import { DAY_MS, type BusyMembership, type BusyOptions, type BusyPerson, type BusyTeam } from './plan.ts'

type SubscriptionStatus = 'pending' | 'active' | 'denied' | 'suspended' | 'cancelled' | 'expired'

interface Step {
  readonly from: SubscriptionStatus | null
  readonly to: SubscriptionStatus
  readonly actorId: string | null
  readonly reason: string | null
  readonly at: Date
}

export interface BusySubscription {
  readonly id: string
  readonly person: BusyPerson
  readonly membership: BusyMembership
  readonly model: BusyModel
  readonly status: SubscriptionStatus
  readonly reason: string | null
  readonly requestedAt: Date
  readonly decidedAt: Date | null
  readonly decidedBy: string | null
  readonly expiresAt: Date | null
  readonly history: readonly Step[]
}

export interface BusyKey {
  readonly id: string
  readonly person: BusyPerson
  readonly membership: BusyMembership
  readonly team: BusyTeam
  readonly name: string
  readonly subscriptions: readonly BusySubscription[]
  readonly state: 'active' | 'disabled' | 'expired' | 'revoked' | 'deleted'
  /** LiteLLM has lost its secret. */
  readonly isLost: boolean
  readonly isRotated: boolean
  readonly createdAt: Date
  /** From when on it could not be used any more. */
  readonly endedAt: Date | null
  readonly expiresAt: Date | null
  readonly rpmLimit: number | null
  readonly tpmLimit: number | null
  readonly maxParallelRequests: number | null
  readonly tags: readonly string[]
  readonly allowedIps: readonly string[]
  readonly budgetDuration: '1d' | '7d' | '1mo' | '1y' | null
}

const wishes = [
  'Summaries of tickets.', 'Search in the handbook.', 'Drafts of reports.', 'Reads photographs of meters.',
  'An experiment with agents.', 'Code review in the pipeline.', 'Translations for the support desk.',
] as const // prettier-ignore
const keyNames = [
  'Notebook', 'Support desk', 'Nightly index', 'CI pipeline', 'Chat in the intranet', 'Agent', 'Evaluation', 'Mail triage',
  'Prototype', 'Telemetry', 'Review bot', 'Translation',
] as const // prettier-ignore
const tags = ['production', 'staging', 'experiment', 'batch', 'team:blue', 'cost-center-7'] as const

const later = (at: Date, ms: number): Date => new Date(at.getTime() + ms)

/** Who may decide, by organization. */
type Reviewers = ReadonlyMap<string, readonly [string, ...string[]]>

export function planSubscriptions(options: BusyOptions, people: readonly BusyPerson[]): BusySubscription[] {
  const reviewers = reviewersOf(people)
  return people.flatMap((person) =>
    person.memberships.flatMap((membership) => {
      const { organization } = membership
      const random = subscriptionsRandom(options, person, membership)
      const wanted = byWeight(random, modelsOf(organization)).slice(
        0,
        membership.role === 'viewer' ? 1 : random.between(1, 6),
      )
      const names = reviewers.get(organization.id)
      return wanted.map((model) => planSubscription(options, random, { person, membership, model }, names))
    }),
  )
}

/** One person who has met everything that can happen: a request waits, one was denied, and one has ended. */
export function planVariedSubscriptions(
  options: BusyOptions,
  person: BusyPerson,
  membership: BusyMembership,
  others: { readonly reviewersAmong: readonly BusyPerson[]; readonly count: number },
): BusySubscription[] {
  const random = subscriptionsRandom(options, person, membership)
  const names = reviewersOf(others.reviewersAmong).get(membership.organization.id)
  const models = byWeight(random, modelsOf(membership.organization))
  const restricted = models.filter(({ isRestricted }) => isRestricted).slice(0, 3)
  const open = models.filter(({ isRestricted }) => !isRestricted).slice(0, others.count)
  const fates = new Map([
    ...restricted.map((model, place) => [model, [0.1, 0.2, 0.9][place] ?? 0.9] as const),
  ])
  return [...open, ...restricted].map((model, place) => {
    const fate = fates.get(model) ?? (place === others.count - 1 ? 0.1 : 0.9)
    return planSubscription(options, random, { person, membership, model }, names, fate)
  })
}

const subscriptionsRandom = ({ seed }: BusyOptions, { id }: BusyPerson, { organization }: BusyMembership) =>
  new Random(`${String(seed)} busy subscriptions ${id} ${organization.id}`)

const modelsOf = ({ modelIds }: BusyMembership['organization']): BusyModel[] =>
  busyModels.filter(({ id }) => modelIds.includes(id))

function reviewersOf(people: readonly BusyPerson[]): Reviewers {
  const found = new Map<string, [string, ...string[]]>()
  for (const { id, memberships, status } of people)
    for (const { organization, role, isDisabled } of memberships) {
      if (status !== 'active' || isDisabled || (role !== 'admin' && role !== 'manager')) continue
      const known = found.get(organization.id)
      if (known) known.push(id)
      else found.set(organization.id, [id])
    }
  return found
}

/** The often used ones first, more often than not. */
const byWeight = (random: Random, models: readonly BusyModel[]): BusyModel[] =>
  models
    .map((model) => ({ model, place: random.next() ** (1 / model.weight) }))
    .sort((a, b) => b.place - a.place)
    .map(({ model }) => model)

function planSubscription(
  { until }: BusyOptions,
  random: Random,
  whose: { person: BusyPerson; membership: BusyMembership; model: BusyModel },
  reviewers: readonly [string, ...string[]] | undefined,
  fate = random.next(),
): BusySubscription {
  const { person, membership, model } = whose
  const room = until.getTime() - membership.joinedAt.getTime() - DAY_MS
  const status = model.isRestricted
    ? fate < 0.16 ? 'pending' : fate < 0.28 ? 'denied' : fate < 0.34 ? 'cancelled' : fate < 0.38 ? 'suspended' : fate < 0.43 ? 'expired' : 'active'
    : fate < 0.06 ? 'cancelled' : fate < 0.09 ? 'suspended' : fate < 0.12 ? 'expired' : 'active' // prettier-ignore
  const requestedAt =
    status === 'pending'
      ? later(until, -random.size(1, Math.max(2, Math.min(room / 3_600_000, 14 * 24))) * 3_600_000)
      : later(membership.joinedAt, random.next() * room * 0.7)
  const other = reviewers ? random.shuffled(reviewers).find((id) => id !== person.id) : undefined
  const isDecided = model.isRestricted && status !== 'pending'
  const decidedAt = isDecided ? later(requestedAt, random.size(10, 2000) * 15_000) : null
  const decidedBy = isDecided ? (other ?? null) : null
  const reason = random.isLucky(0.8) ? random.pick(wishes) : null
  const history: Step[] = [
    {
      from: null,
      to: model.isRestricted ? 'pending' : 'active',
      actorId: person.id,
      reason,
      at: requestedAt,
    },
  ]
  if (decidedAt)
    history.push({
      from: 'pending',
      to: status === 'denied' ? 'denied' : 'active',
      actorId: decidedBy,
      reason: status === 'denied' ? 'Please name a project.' : null,
      at: decidedAt,
    })
  const endedAt = later(
    decidedAt ?? requestedAt,
    (until.getTime() - (decidedAt ?? requestedAt).getTime()) * random.next(),
  )
  if (status === 'cancelled' || status === 'suspended' || status === 'expired') {
    const actorId = status === 'cancelled' ? person.id : status === 'suspended' ? (other ?? null) : null
    history.push({ from: 'active', to: status, actorId, reason: null, at: endedAt })
  }
  return {
    id: uuidOf(`${person.id} ${membership.organization.id} ${model.id} subscription`),
    ...whose,
    status,
    reason,
    requestedAt,
    decidedAt,
    decidedBy,
    expiresAt:
      status === 'expired'
        ? endedAt
        : status === 'active' && random.isLucky(0.15)
          ? later(until, random.between(20, 300) * DAY_MS)
          : null,
    history,
  }
}

export function planKeys(options: BusyOptions, subscriptions: readonly BusySubscription[]): BusyKey[] {
  const random = new Random(`${String(options.seed)} busy keys`)
  const owners = [
    ...Map.groupBy(
      subscriptions.filter(({ status, membership }) => status === 'active' && !membership.isRemoved),
      ({ person, membership }) => `${person.id} ${membership.organization.id}`,
    ).values(),
  ]
  // Everybody has one, some have many: a limit of ten live ones for each.
  const shares = owners.map((own) => ({ own, weight: random.logNormal(1, 0.7) }))
  const sum = shares.reduce((total, { weight }) => total + weight, 0)
  const wanted = Math.round(2000 * options.scale)
  const counts = shares.map(({ own, weight }) => ({
    own,
    count: Math.min(10, Math.max(1, Math.round((wanted * weight) / sum))),
  }))
  for (
    let left = wanted - counts.reduce((total, { count }) => total + count, 0), turn = 0;
    left !== 0 && turn < 100_000;
    turn += 1
  ) {
    const one = counts[turn % counts.length]
    if (!one || (left > 0 ? one.count >= 10 : one.count <= 1)) continue
    one.count += Math.sign(left)
    left -= Math.sign(left)
  }
  const live = counts.flatMap(({ own, count }) =>
    Array.from({ length: count }, (_, number) => planKey(options, own, number, false)),
  )
  const gone = counts.filter((_, place) => place % 7 === 0).map(({ own }) => planKey(options, own, 100, true))
  return [...live, ...gone]
}

export function planKey(
  { seed, until, months }: BusyOptions,
  own: readonly BusySubscription[],
  number: number,
  isDeleted: boolean,
): BusyKey {
  const [first] = own
  if (!first) throw new Error('A key needs a subscription.')
  const { person, membership } = first
  const { organization, teams } = membership
  const id = uuidOf(`${person.id} ${organization.id} key ${String(number)}`)
  const random = new Random(`${String(seed)} busy key ${id}`)
  const candidates = random.shuffled(own).slice(0, random.between(1, 4))
  const wish =
    teams.length > 1 && random.isLucky(0.55)
      ? random.pick([...teams] as [BusyTeam, ...BusyTeam[]])
      : undefined
  const allowed = candidates.filter(({ model }) => wish?.modelIds.includes(model.id) === true)
  const standard = organization.teams.find(({ isDefault }) => isDefault)
  const team = wish && !wish.isDefault && allowed.length > 0 ? wish : standard
  if (!team) throw new Error('An organization needs a default team.')
  const subscriptions = team.isDefault ? candidates : allowed
  // Keys come after what they need, and most of them before the calls that are told.
  const earliest = Math.max(...subscriptions.map((one) => (one.decidedAt ?? one.requestedAt).getTime()))
  const firstCall = until.getTime() - months * 31 * DAY_MS
  const latest = Math.min(
    until.getTime() - 3_600_000,
    Math.max(earliest + 60_000, firstCall + random.next() ** 3 * months * 25 * DAY_MS),
  )
  const createdAt = new Date(earliest + 60_000 + Math.max(0, latest - earliest - 60_000) * random.next())
  const fate = random.next()
  const state = isDeleted
    ? 'deleted'
    : fate < 0.83
      ? 'active'
      : fate < 0.88
        ? 'disabled'
        : fate < 0.93
          ? 'expired'
          : 'revoked'
  const endedAt =
    state === 'active'
      ? null
      : new Date(createdAt.getTime() + (until.getTime() - createdAt.getTime()) * (0.3 + 0.65 * random.next()))
  const durations = ['1d', '7d', '1mo', '1mo', '1mo', '1mo', '1y', null] as const
  return {
    id,
    person,
    membership,
    team,
    name: `${random.pick(keyNames)}${number % 100 === 0 ? '' : ` ${String(number + 1)}`}`,
    subscriptions,
    state,
    isLost: state === 'active' && random.isLucky(0.01),
    isRotated: random.isLucky(0.1),
    createdAt,
    endedAt,
    expiresAt:
      state === 'expired'
        ? endedAt
        : state === 'active' && random.isLucky(0.3)
          ? later(until, random.between(20, 400) * DAY_MS)
          : null,
    rpmLimit: random.isLucky(0.5) ? random.pick([60, 120, 600, 6000]) : null,
    tpmLimit: random.isLucky(0.3) ? random.pick([100_000, 500_000, 2_000_000]) : null,
    maxParallelRequests: random.isLucky(0.3) ? random.pick([5, 20, 100]) : null,
    tags: random.shuffled(tags).slice(0, random.between(0, 2)).sort(),
    allowedIps: random.isLucky(0.05) ? ['10.0.0.0/8', '192.0.2.0/24'] : [],
    budgetDuration: random.pick(durations),
  }
}
