import { Type, type Static } from '@sinclair/typebox'
import { Nullable, strictObject, StringEnum, Timestamp, Usd, Uuid } from '#platform/http'

const window = {
  duration: Nullable(StringEnum(['1d', '7d', '1mo', '1y']), {
    description: 'Calendar windows in UTC; null never starts anew.',
  }),
  resetAt: Nullable(Timestamp(), { description: 'When the present window ends.' }),
}

const amounts = {
  limit: Nullable(Usd('What may be spent in a window; null is without limit.')),
  spent: Usd('What was spent in the present window.'),
  reserved: Usd('What is set aside for calls under way.'),
  ...window,
}

const ModelBudget = strictObject({ modelId: Uuid(), modelName: Type.String({ maxLength: 200 }), ...amounts })

const KeyBudget = strictObject({
  apiKeyId: Uuid(),
  apiKeyName: Type.String({ maxLength: 100 }),
  ...amounts,
  models: Type.Array(ModelBudget, { description: 'The models that have a limit of their own on this key.' }),
})

const hidden = (description: string) =>
  Nullable(Usd(description), { description: 'Null where the amounts are other people’s too.' })

const LevelBudget = strictObject({
  level: StringEnum(['user', 'team', 'organization']),
  teamId: Nullable(Uuid()),
  teamName: Nullable(Type.String({ maxLength: 200 })),
  usedPercent: Type.Number({ minimum: 0, maximum: 100, description: 'Share of the limit that is spent.' }),
  limit: hidden('What may be spent in a window.'),
  spent: hidden('What was spent in the present window.'),
  reserved: hidden('What is set aside for calls under way.'),
  ...window,
})

export const UsageBudget = strictObject(
  {
    keys: Type.Array(KeyBudget, { description: 'By name; revoked keys are left out.' }),
    levels: Type.Array(LevelBudget, { description: 'The further limits that every call is held to.' }),
    asOf: Timestamp('When this was read. Calls that ended more than a second before are in it.'),
  },
  { $id: 'UsageBudget', description: 'What may still be spent, and by what it is limited.' },
)
export type UsageBudget = Static<typeof UsageBudget>
