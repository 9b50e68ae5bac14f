import type { Arguments, Success } from '@litemaas/client'
import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import { api } from '../../app/api.ts'

export type ServiceClient = Success<'listServiceClients'>['data'][number]
export type Secret = ServiceClient['secrets'][number]
export type ServiceClientQuery = NonNullable<Arguments<'listServiceClients'>['query']>
export type Scope = Arguments<'createServiceClient'>['body']['scopes'][number]

export const serviceClientsQuery = (query: ServiceClientQuery) =>
  queryOptions({
    queryKey: ['service-clients', 'list', query],
    queryFn: () => api.listServiceClients({ query }),
    placeholderData: keepPreviousData,
  })

/** What a machine may be allowed, in the order in which the form shows it. */
export const scopes = [
  'models:read',
  'usage:read',
  'usage:read-all',
  'approvals:read',
  'keys:read-all',
  'keys:write-all',
  'budgets:read-all',
  'budgets:write',
  'teams:read',
  'teams:read-all',
  'teams:write',
  'members:read',
  'members:write',
  'organizations:read',
  'users:read',
  'users:write',
  'audit:read',
  'jobs:read',
  'jobs:read-all',
  'jobs:cancel',
  'webhooks:read',
  'service-clients:read',
] as const satisfies readonly Scope[]

/** At most so many secrets are valid at a time. */
export const MOST_SECRETS = 2

export const validSecrets = (client: ServiceClient): readonly Secret[] =>
  client.secrets.filter((secret) => !secret.isExpired)

/** Its key among the texts, which give colons another meaning. */
export const textOf = (scope: Scope): string => scope.replace(':', '.')
