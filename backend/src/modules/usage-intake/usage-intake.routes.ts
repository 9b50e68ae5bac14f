import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import type { FastifyInstance } from 'fastify'
import { callerOf, errors, IdParams, One, Page, RefTo, strictObject } from '#platform/http'
import {
  CompletenessQuery,
  IntakeItem,
  IntakeListQuery,
  LedgerCheck,
  LedgerCheckListQuery,
  LedgerDifference,
  LedgerDifferenceListQuery,
  UsageDayState,
} from './usage-intake.schemas.ts'
import type { UsageIntakeService } from './usage-intake.service.ts'

const tags = ['usage']
const config = { tenant: 'none' } as const

/** What administrators see of where usage comes from, and of the proofs that it is whole. */
export function registerUsageIntakeRoutes(app: FastifyInstance, service: UsageIntakeService): void {
  const routes = app.withTypeProvider<TypeBoxTypeProvider>()
  const read = [app.authenticate, app.requireRole('adminReadonly')]

  routes.get(
    '/api/v1/admin/usage/completeness',
    {
      schema: {
        operationId: 'listUsageCompleteness',
        summary: 'Read how much of each day’s usage is known',
        description:
          'Calls through the gateway are always known. Those made directly to LiteLLM are once its logs were read to the end, two hours after the day. At most 400 days.',
        tags,
        querystring: CompletenessQuery,
        response: {
          200: strictObject({ data: Type.Array(RefTo(UsageDayState)) }),
          ...errors(422, 'RANGE_INVALID'),
        },
      },
      config,
      preHandler: read,
    },
    async (request) => ({ data: await service.completeness(request.query) }),
  )

  routes.get(
    '/api/v1/admin/usage/intake',
    {
      schema: {
        operationId: 'listUsageIntake',
        summary: 'List calls that LiteLLM reported',
        description:
          'On their way into the usage, or laid aside because something is missing; booked ones are forgotten after two days.',
        tags,
        querystring: IntakeListQuery,
        response: { 200: Page(IntakeItem), ...errors() },
      },
      config,
      preHandler: read,
    },
    (request) => service.intake(request.query),
  )

  routes.post(
    '/api/v1/admin/usage/intake/:id/redrive',
    {
      schema: {
        operationId: 'redriveUsageIntake',
        summary: 'Try again to book a call that was laid aside',
        description:
          'For instance after its model was added. A call that is booked already is not booked again. 409 `INTAKE_STATE` unless it is `dead` or `unattributed`.',
        tags,
        params: IdParams,
        response: { 200: One(IntakeItem), ...errors(404, 409, 413, 415) },
      },
      config: { ...config, audit: 'usage_intake.redriven' },
      preHandler: [app.authenticate, app.requireRole('admin')],
    },
    async (request) => ({ data: await service.redrive(callerOf(request), request.params.id) }),
  )

  routes.get(
    '/api/v1/admin/usage/ledger-checks',
    {
      schema: {
        operationId: 'listLedgerChecks',
        summary: 'List the checks that the ledger holds',
        description:
          'Every night calls, daily sums and budgets are compared in every organization; newest first.',
        tags,
        querystring: LedgerCheckListQuery,
        response: { 200: Page(LedgerCheck), ...errors() },
      },
      config,
      preHandler: read,
    },
    (request) => service.checks(request.query),
  )

  routes.get(
    '/api/v1/admin/usage/ledger-checks/:id/differences',
    {
      schema: {
        operationId: 'listLedgerDifferences',
        summary: 'List what a check of the ledger found',
        description: 'At most 1000 of each kind in an organization.',
        tags,
        params: IdParams,
        querystring: LedgerDifferenceListQuery,
        response: { 200: Page(LedgerDifference), ...errors(404) },
      },
      config,
      preHandler: read,
    },
    (request) => service.differences(request.params.id, request.query),
  )
}
