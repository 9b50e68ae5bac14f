import { Type, type Static } from '@sinclair/typebox'
import { BudgetDurationText } from '#modules/budgets'
import { Nullable, strictObject, Usd } from '#platform/http'
import { defineSettings, type SettingsSection } from '#platform/settings'

const Count = (description: string, minimum = 0) =>
  Nullable(Type.Integer({ minimum, maximum: 2_147_483_647 }), { description })
const Days = (description: string) => Nullable(Type.Integer({ minimum: 1, maximum: 36_500 }), { description })
const Amount = (description: string) =>
  Nullable(Usd(description), { description: `${description} US dollars.` })

/** What administrators decide; no secret, so that whoever makes a key may know it. */
export const KeySettings = strictObject({
  maximumActiveKeys: Type.Integer({
    minimum: 1,
    maximum: 100_000,
    description: 'Keys that one person may have in an organization; revoked ones do not count.',
  }),
  isExpiryRequired: Type.Boolean({ description: 'Whether a key must end some day.' }),
  defaultBudget: Amount('What a new key may spend in a window; null: no limit.'),
  defaultBudgetDuration: Nullable(BudgetDurationText, {
    description: 'The window of a new key’s budget; null: it never starts anew.',
  }),
  defaultRpmLimit: Count('Requests per minute of a new key; null: no limit.'),
  defaultTpmLimit: Count('Tokens per minute of a new key; null: no limit.'),
  defaultMaxParallelRequests: Count('Calls at once of a new key; null: no limit.'),
  defaultExpiryDays: Days('After how many days a new key ends; null: never.'),
  maximumBudget: Amount('The largest budget of a key; null: any, and none.'),
  shortestBudgetDuration: Nullable(BudgetDurationText, {
    description: 'Budgets of keys start anew at most so often; null: as often as their owners like.',
  }),
  maximumRpmLimit: Count('The most requests per minute of a key; null: any.'),
  maximumTpmLimit: Count('The most tokens per minute of a key; null: any.'),
  maximumParallelRequests: Count('The most calls at once of a key; null: any.'),
  maximumExpiryDays: Days('After how many days every key ends at the latest; null: never.'),
  maximumModelBudget: Amount('The largest budget of one model on a key; null: any.'),
  maximumModelRpmLimit: Count('The most requests per minute to one model with a key; null: any.'),
  maximumModelTpmLimit: Count('The most tokens per minute of one model with a key; null: any.'),
})
export type KeySettings = Static<typeof KeySettings>
export type KeySettingsSection = SettingsSection<typeof KeySettings>

/** What administrators decide about all keys. Bounds hold whenever a key is written; keys of before keep what they have. */
export const keySettings = (maximumActiveKeys: number): KeySettingsSection =>
  defineSettings({
    name: 'api-keys',
    schema: KeySettings,
    amounts: ['defaultBudget', 'maximumBudget', 'maximumModelBudget'],
    defaults: {
      maximumActiveKeys,
      isExpiryRequired: false,
      defaultBudget: null,
      defaultBudgetDuration: null,
      defaultRpmLimit: null,
      defaultTpmLimit: null,
      defaultMaxParallelRequests: null,
      defaultExpiryDays: null,
      maximumBudget: null,
      shortestBudgetDuration: null,
      maximumRpmLimit: null,
      maximumTpmLimit: null,
      maximumParallelRequests: null,
      maximumExpiryDays: null,
      maximumModelBudget: null,
      maximumModelRpmLimit: null,
      maximumModelTpmLimit: null,
    },
  })
