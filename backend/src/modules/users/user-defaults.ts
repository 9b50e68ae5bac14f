import { Type } from '@sinclair/typebox'
import { Nullable, strictObject, StringEnum, Usd } from '#platform/http'
import { defineSettings } from '#platform/settings'

const LARGEST = 2_147_483_647

/** A limit per minute or at once; null: none at this level, 0: nothing is allowed. */
const Limit = (description: string) =>
  Nullable(Type.Integer({ minimum: 0, maximum: LARGEST }), { description: `${description} Null: no limit.` })

/** How often a person's budget begins anew. `30d` is read as `1mo`. */
export const BudgetDuration = Nullable(StringEnum(['1d', '7d', '30d', '1mo']), {
  description: 'When spending starts at zero again (UTC: midnight, Monday, first of month); null never.',
})

export const limitFields = {
  rpmLimit: Limit('Requests per minute over all keys.'),
  tpmLimit: Limit('Tokens per minute over all keys.'),
  maxParallelRequests: Limit('Requests at once over all keys.'),
}

/** What everybody gets who joins an organization from now on. The database applies it, whichever way they join. */
export const userDefaults = defineSettings({
  name: 'users',
  schema: strictObject({
    ...limitFields,
    maxBudget: Nullable(Usd('What a new person may spend.'), { description: 'Null: no limit.' }),
    budgetDuration: Nullable(StringEnum(['1d', '7d', '1mo']), {
      description: 'When spending starts at zero again; null never.',
    }),
    organizationRole: StringEnum(
      ['manager', 'member', 'viewer'],
      'Role in the default organization of people who sign in for the first time.',
    ),
  }),
  amounts: ['maxBudget'],
  defaults: {
    rpmLimit: null,
    tpmLimit: null,
    maxParallelRequests: null,
    maxBudget: null,
    budgetDuration: null,
    organizationRole: 'member',
  },
})
