import { Type } from '@sinclair/typebox'
import { strictObject } from '#platform/http'
import { defineSettings } from '#platform/settings'

/** Amounts are kept in US dollars; what people see may be another currency at a fixed rate. */
export const display = defineSettings({
  name: 'display',
  isPublic: true,
  schema: strictObject({
    currency: Type.String({
      pattern: '^[A-Z]{3}$',
      maxLength: 3,
      description: 'ISO 4217 code of the currency that amounts are shown in.',
    }),
    currencyPerUsd: Type.Number({
      exclusiveMinimum: 0,
      maximum: 1_000_000,
      description: 'How much of that currency one US dollar is shown as.',
    }),
  }),
  defaults: { currency: 'USD', currencyPerUsd: 1 },
})

/** How long what grows without end is kept. The audit trail is kept for ever: it is a chain. */
export const retention = defineSettings({
  name: 'retention',
  schema: strictObject({
    usageLogMonths: Type.Integer({
      minimum: 3,
      maximum: 120,
      description: 'Whole months of single calls that are kept; daily sums stay.',
    }),
    eventDays: Type.Integer({ minimum: 1, maximum: 90, description: 'Days of events for the live stream.' }),
    jobDays: Type.Integer({ minimum: 1, maximum: 365, description: 'Days of finished jobs.' }),
    notificationDays: Type.Integer({ minimum: 7, maximum: 730, description: 'Days of notifications.' }),
  }),
  defaults: { usageLogMonths: 24, eventDays: 7, jobDays: 30, notificationDays: 90 },
})
