// What a seed makes: an organization, who is in it, what they asked for, and how they call.
import type { CatalogueModel } from './installation.ts'
import { uuidOf } from './random.ts'

export type PersonName = 'admin' | 'alice' | 'bob'
type SubscriptionStatus = 'active' | 'pending' | 'denied' | 'cancelled' | 'suspended' | 'expired'

export interface PlannedSubscription {
  readonly person: PersonName
  readonly model: CatalogueModel
  readonly status: SubscriptionStatus
  readonly reason: string
}

export interface PlannedKey {
  readonly person: PersonName
  readonly name: string
  readonly models: readonly CatalogueModel[]
  readonly settings: {
    /** USD. */
    readonly maxBudget: number
    readonly budgetDuration: '1d' | '7d' | '1mo'
    readonly rpmLimit?: number
    readonly tpmLimit?: number
    readonly maxParallelRequests?: number
  }
  readonly callsPerDay: number
  readonly isRevoked: boolean
}

const NAMES = ['Northwind Research', 'Acacia Health', 'Lumen Logistics', 'Harbour Bank'] as const

/** People of the local identity provider, who can sign in, by their role in the organization. */
export const signedInMembers = { admin: 'admin', alice: 'manager', bob: 'member' } as const

/** People of a provider that does not exist: they are seen in lists and never sign in. */
export const otherMembers = [
  { username: 'carol', name: 'Carol Chen', role: 'member', status: 'active' },
  { username: 'dan', name: 'Dan Diaz', role: 'viewer', status: 'active' },
  { username: 'erin', name: 'Erin Eke', role: 'member', status: 'disabled' },
] as const

export function organizationOf(seed: number): { id: string; name: string } {
  const name = NAMES[(seed - 1) % NAMES.length] ?? NAMES[0]
  return {
    id: uuidOf(`litemaas seed ${String(seed)} organization`),
    name: seed > NAMES.length ? `${name} ${String(seed)}` : name,
  }
}

interface Plan {
  readonly subscriptions: readonly PlannedSubscription[]
  readonly keys: readonly PlannedKey[]
}

/** Chooses from the catalogue by what the models are, so that it fits any LiteLLM; what finds no model is left out. */
export function planFor(catalogue: readonly CatalogueModel[]): Plan {
  const open = catalogue.filter((model) => model.mode === 'chat' && !model.isRestricted)
  const [main, long, third] = open
  const restricted = catalogue.find((model) => model.mode === 'chat' && model.isRestricted)
  const embedding = catalogue.find((model) => model.mode === 'embedding' && !model.isRestricted)

  const wish = (
    person: PersonName,
    model: CatalogueModel | undefined,
    status: SubscriptionStatus,
    reason: string,
  ): PlannedSubscription[] => (model ? [{ person, model, status, reason }] : [])
  const key = (
    person: PersonName,
    name: string,
    models: ReadonlyArray<CatalogueModel | undefined>,
    callsPerDay: number,
    settings: PlannedKey['settings'],
    isRevoked = false,
  ): PlannedKey[] => {
    const present = models.filter((model) => model !== undefined)
    return present.length === 0 ? [] : [{ person, name, models: present, callsPerDay, settings, isRevoked }]
  }

  return {
    subscriptions: [
      ...wish('alice', main, 'active', 'Answers in the support desk.'),
      ...wish('alice', long, 'active', 'Drafts of reports.'),
      ...wish('alice', restricted, 'active', 'Contracts, which may not leave the house.'),
      ...wish('alice', third, 'expired', 'A trial that ended in spring.'),
      ...wish('bob', main, 'active', 'Summaries of tickets.'),
      ...wish('bob', embedding, 'active', 'Search in the handbook.'),
      ...wish('bob', restricted, 'denied', 'Out of curiosity.'),
      ...wish('bob', long, 'cancelled', 'Not needed any more.'),
      ...wish('bob', third, 'suspended', 'Reads photographs of meters.'),
      ...wish('admin', restricted, 'pending', 'The yearly review.'),
    ],
    keys: [
      ...key('alice', 'Support desk', [main, long], 60, {
        maxBudget: 20,
        budgetDuration: '1mo',
        rpmLimit: 600,
        tpmLimit: 500_000,
        maxParallelRequests: 50,
      }),
      ...key('alice', 'Contracts', [restricted], 12, { maxBudget: 2, budgetDuration: '7d', rpmLimit: 60 }),
      ...key('bob', 'Nightly index', [embedding], 25, { maxBudget: 0.5, budgetDuration: '1d' }),
      ...key('bob', 'Notebook', [main], 15, { maxBudget: 0.05, budgetDuration: '1mo' }),
      ...key('bob', 'Lost laptop', [main], 6, { maxBudget: 5, budgetDuration: '1mo' }, true),
    ],
  }
}
