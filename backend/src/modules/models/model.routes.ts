import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import { Type } from '@sinclair/typebox'
import type { FastifyInstance } from 'fastify'
import { callerOf, errors, IdParams, One, Page, RefTo, strictObject } from '#platform/http'
import {
  Model,
  ModelFacet,
  ModelListQuery,
  ModelPrice,
  ModelPriceListQuery,
  ModelStatistics,
} from './model.schemas.ts'
import type { ModelService } from './model.service.ts'

const tags = ['models']
const config = { tenant: 'none' } as const
/** Short by nature: as many as LiteLLM has providers and abilities. */
const Facets = strictObject({ data: Type.Array(RefTo(ModelFacet)) })

/** The catalogue as people and keys read it. */
export function registerModelRoutes(app: FastifyInstance, models: ModelService): void {
  const routes = app.withTypeProvider<TypeBoxTypeProvider>()
  const access = [app.authenticate, app.requirePermission('models:read')]

  routes.get(
    '/api/v1/models',
    {
      schema: {
        operationId: 'listModels',
        summary: 'List models',
        description:
          'The catalogue, each with your own subscription to it. With an API key: the models of that key.',
        tags,
        querystring: ModelListQuery,
        response: { 200: Page(Model), ...errors() },
      },
      config,
      preHandler: [...access, app.acceptApiKey],
    },
    (request) => models.list(callerOf(request), request.query),
  )

  routes.get(
    '/api/v1/models/providers',
    {
      schema: {
        operationId: 'listModelProviders',
        summary: 'List the providers of models',
        description: 'What `provider` can be filtered by, with how many models each has.',
        tags,
        response: { 200: Facets, ...errors() },
      },
      config,
      preHandler: access,
    },
    async (request) => ({ data: await models.providers(callerOf(request)) }),
  )

  routes.get(
    '/api/v1/models/abilities',
    {
      schema: {
        operationId: 'listModelAbilities',
        summary: 'List the abilities of models',
        description: 'What `ability` can be filtered by, with how many models have each.',
        tags,
        response: { 200: Facets, ...errors() },
      },
      config,
      preHandler: access,
    },
    async (request) => ({ data: await models.abilities(callerOf(request)) }),
  )

  routes.get(
    '/api/v1/models/statistics',
    {
      schema: {
        operationId: 'getModelStatistics',
        summary: 'Read the catalogue in numbers',
        description: 'How many models there are, by state, provider and mode, and how many of them you have.',
        tags,
        response: { 200: One(ModelStatistics), ...errors() },
      },
      config,
      preHandler: access,
    },
    async (request) => ({ data: await models.statistics(callerOf(request)) }),
  )

  routes.get(
    '/api/v1/models/:id',
    {
      schema: {
        operationId: 'getModel',
        summary: 'Read one model',
        description:
          'Also one that was removed, because usage names it. A key reads the list instead, which shows its own models.',
        tags,
        params: IdParams,
        response: { 200: One(Model), ...errors(404) },
      },
      config,
      preHandler: access,
    },
    async (request) => ({ data: await models.get(callerOf(request), request.params.id) }),
  )

  routes.get(
    '/api/v1/models/:id/prices',
    {
      schema: {
        operationId: 'listModelPrices',
        summary: 'List what a model has cost',
        description:
          'Every price that was ever in force, newest first. A call costs what was in force when it began.',
        tags,
        params: IdParams,
        querystring: ModelPriceListQuery,
        response: { 200: Page(ModelPrice), ...errors(404) },
      },
      config,
      preHandler: access,
    },
    (request) => models.prices(callerOf(request), request.params.id, request.query),
  )
}
