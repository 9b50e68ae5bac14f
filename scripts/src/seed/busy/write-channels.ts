// How people and machines are told, and who asks in the place of people: notifications, webhooks, service clients.
import type pg from 'pg'
import { createCipher } from '@litemaas/backend/encryption'
import { Random, uuidOf } from '../random.ts'
import { copyRows, type Row } from './copy.ts'
import { DAY_MS, type BusyOptions, type BusyOrganization } from './plan.ts'
import type { Everything } from './write-around.ts'

const digestOf = (text: string): string => `${uuidOf(text)}${uuidOf(`${text} more`)}`.replaceAll('-', '')

/** What was told to people of their subscriptions and keys. */
export async function writeNotifications(
  client: pg.ClientBase,
  { seed, until }: BusyOptions,
  { subscriptions, keys }: Everything,
): Promise<void> {
  const ofSubscriptions = subscriptions.flatMap((one) =>
    one.decidedAt && (one.status === 'active' || one.status === 'denied')
      ? [
          {
            organization_id: one.membership.organization.id,
            user_id: one.person.id,
            kind: 'request-decided',
            template: one.status === 'active' ? 'subscription.approved' : 'subscription.denied',
            facts: { model: one.model.name },
            severity: one.status === 'active' ? 'success' : 'warning',
            link: '/subscriptions',
            created_at: one.decidedAt,
          },
        ]
      : [],
  )
  const ofKeys = keys.flatMap((key) =>
    key.isLost || (key.state === 'active' && uuidOf(key.id).startsWith('a'))
      ? [
          {
            organization_id: key.membership.organization.id,
            user_id: key.person.id,
            ...(key.isLost
              ? {
                  kind: 'api-key',
                  template: 'key.lost',
                  facts: { key: key.name },
                  severity: 'danger',
                  link: '/api-keys',
                }
              : {
                  kind: 'budget',
                  template: 'budget.reached',
                  facts: { level: 'key', subject: key.name, percent: 80 },
                  severity: 'warning',
                  link: '/usage',
                }),
            created_at: new Date((key.createdAt.getTime() + until.getTime()) / 2),
          },
        ]
      : [],
  )
  const recent = [...ofSubscriptions, ...ofKeys]
    .filter(({ created_at: at }) => at.getTime() > until.getTime() - 80 * DAY_MS)
    .sort((a, b) => a.created_at.getTime() - b.created_at.getTime())
  await copyRows(
    client,
    'notifications',
    recent.map((row, number): Row => {
      const random = new Random(`${String(seed)} busy notification ${String(number)}`)
      return {
        id: uuidOf(`${row.organization_id} ${row.user_id} notification ${String(number)}`),
        ...row,
        // Made by no event: counted downwards, where no event will ever be.
        event_sequence: -1 - number - seed * 1_000_000,
        read_at: random.isLucky(0.6)
          ? new Date(row.created_at.getTime() + random.size(1, 2000) * 60_000)
          : null,
      }
    }),
  )
}

const eventNames = [
  'subscription.requested',
  'subscription.approved',
  'budget.warning',
  'api-key.revoked',
] as const

/** Sealed with the installation's key, so that they can be used; those that are on are told of what seldom happens. */
export async function writeWebhooks(
  client: pg.ClientBase,
  { until }: BusyOptions,
  organizations: readonly BusyOrganization[],
  encryptionKey: string,
): Promise<void> {
  const cipher = createCipher({ current: encryptionKey })
  const webhooks = organizations.flatMap((organization) =>
    (['Chat', 'Tickets', 'Old system'] as const).map((name, place) => {
      const id = uuidOf(`${organization.id} webhook ${name}`)
      const createdAt = new Date(until.getTime() - (60 - place) * DAY_MS)
      return {
        organization_id: organization.id,
        id,
        name,
        url: `https://hooks.${organization.domain}/${name.toLowerCase().replace(' ', '-')}`,
        event_names: place === 0 ? ['invitation.created'] : eventNames.slice(0, place + 2),
        is_enabled: place === 0,
        disabled_because: place === 0 ? null : place === 1 ? 'person' : 'failures',
        failing_since: place === 2 ? new Date(until.getTime() - 9 * DAY_MS) : null,
        secret: cipher.seal(`whsec_${randomSecret()}`, `webhooks/${id}`),
        created_at: createdAt,
        updated_at: createdAt,
      }
    }),
  )
  await copyRows(client, 'webhooks', webhooks)
  await copyRows(
    client,
    'webhook_deliveries',
    webhooks.flatMap((webhook) =>
      Array.from({ length: 24 }, (_, number): Row => {
        const at = new Date(until.getTime() - (number + 1) * 5 * 3_600_000)
        const isDead = webhook.failing_since !== null || number % 9 === 4
        const name = eventNames[number % eventNames.length] ?? eventNames[0]
        return {
          organization_id: webhook.organization_id,
          id: uuidOf(`${webhook.id} delivery ${String(number)}`),
          webhook_id: webhook.id,
          event_name: number === 23 ? 'webhook.test' : name,
          event_key: `seed ${String(number)}`,
          body: JSON.stringify({ type: name, timestamp: at.toISOString(), data: {} }),
          is_test: number === 23,
          state: isDead ? 'dead' : 'delivered',
          attempts: isDead ? 8 : 1,
          response_status: isDead ? 503 : 204,
          response_body: isDead ? 'Service unavailable' : '',
          last_error: isDead ? 'The receiver answered 503.' : null,
          last_attempt_at: at,
          created_at: at,
          delivered_at: isDead ? null : at,
        }
      }),
    ),
  )
}

const randomSecret = (): string => Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString('base64')

const machines = [
  { name: 'Billing export', scopes: ['usage:read-all', 'budgets:read-all'] },
  { name: 'Key inventory', scopes: ['keys:read-all'] },
  { name: 'Audit mirror', scopes: ['audit:read'] },
  { name: 'Former importer', scopes: ['usage:read-all'] },
] as const

/** Digests of secrets that never were: whoever wants to use one of these makes a new secret for it. */
export async function writeServiceClients(
  client: pg.ClientBase,
  { until }: BusyOptions,
  organizations: readonly BusyOrganization[],
): Promise<void> {
  const rows = organizations.flatMap((organization) =>
    machines.map(({ name, scopes }, place) => ({
      organization_id: organization.id,
      id: uuidOf(`${organization.id} service client ${name}`),
      client_id: `sc_${digestOf(`${organization.id} client id ${name}`).slice(0, 24)}`,
      name,
      description: `${name} of ${organization.name}.`,
      scopes,
      allowed_ips: place === 1 ? ['10.0.0.0/8'] : null,
      is_disabled: name === 'Former importer',
      last_used_at: place === 2 ? null : new Date(until.getTime() - (place + 1) * 3_600_000),
      created_at: new Date(until.getTime() - (70 - place) * DAY_MS),
      updated_at: new Date(until.getTime() - (70 - place) * DAY_MS),
    })),
  )
  await copyRows(client, 'service_clients', rows)
  await copyRows(
    client,
    'service_client_secrets',
    rows.map((row) => ({
      organization_id: row.organization_id,
      id: uuidOf(`${row.id} secret`),
      service_client_id: row.id,
      digest: Buffer.from(digestOf(`${row.id} digest`), 'hex'),
      pepper_version: 'none',
      hint: digestOf(`${row.id} hint`).slice(0, 4),
      last_used_at: row.last_used_at,
      use_count: row.last_used_at === null ? 0 : 420,
      created_at: row.created_at,
    })),
  )
}
