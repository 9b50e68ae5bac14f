// The audit trail, jobs, banners, and how people are told.
import { both, inOrg, search, since, until, type ListOracle } from './list-oracle.ts'

const jobRows = (where: string): string => `
  select id, organization_id as "organizationId", kind, status, attempt, is_cancel_requested as "isCancelRequested", created_by as "createdBy",
    created_at as "createdAt", started_at as "startedAt", finished_at as "finishedAt" from jobs where ${where}`

export const affairs: readonly ListOracle[] = [
  {
    operationId: 'listAuditLogs',
    views: both,
    hasCursor: true,
    // What the looks of the oracle itself leave there is newer.
    query: ({ until: to }) => ({ to: to ?? '' }),
    rows: `select l.id, l.at, l.organization_id as "organizationId", o.name as "organizationName", l.category, l.action, l.result,
        l.actor_kind as "actorKind", l.actor_id as "actorId", u.display_name as "actorName", l.door, l.address, l.request_id as "requestId",
        l.resource_type as "resourceType", l.resource_id as "resourceId", l.reason, l.count
      from audit_logs l join organizations o on o.id = l.organization_id left join users u on u.id = l.actor_id
      where l.at < :until and ${inOrg('l.organization_id')}`,
    filters: {
      from: since('at'),
      to: until('at'),
      search: search(`action || ' ' || coalesce("resourceId", '') || ' ' || coalesce(reason, '')`, 'action'),
    },
  },
  {
    operationId: 'listShownBanners',
    views: ['member', 'manager'],
    isWhole: true,
    query: () => ({ language: 'en' }),
    rows: `select b.id, b.severity, b.texts ->> 'en' as text, b.dismiss_hours is not null as "isDismissible" from banners b
      where b.is_enabled and (b.starts_at is null or b.starts_at <= now()) and (b.ends_at is null or b.ends_at > now())
        and (cardinality(b.organization_roles) = 0 or exists (select from memberships m where m.user_id = :user and m.organization_id = :org
          and m.role = any (b.organization_roles)))`,
  },
  {
    operationId: 'listBanners',
    views: ['platform'],
    isPlatforms: true,
    rows: `select id, severity, texts, starts_at as "startsAt", ends_at as "endsAt", organization_roles as "organizationRoles", is_public as "isPublic",
      dismiss_hours as "dismissHours", is_enabled as "isEnabled", created_at as "createdAt", version from banners`,
  },
  {
    operationId: 'listJobs',
    views: ['administrator'],
    rows: jobRows('organization_id = :org and created_by = :user'),
  },
  { operationId: 'listAllJobs', views: both, rows: jobRows(inOrg('organization_id')) },
  {
    operationId: 'listNotifications',
    views: ['member'],
    hasCursor: true,
    rows: `select id, kind, template, severity, link, read_at is not null as "isRead", created_at as "createdAt" from notifications
      where user_id = :user and organization_id = :org`,
  },
  {
    operationId: 'listWebhooks',
    views: both,
    rows: `select id, organization_id as "organizationId", name, url, event_names as "eventNames", is_enabled as "isEnabled",
        disabled_because as "disabledBecause", failing_since as "failingSince", created_at as "createdAt", version
      from webhooks where ${inOrg('organization_id')}`,
    filters: {
      search: search(`name || ' ' || url`, 'name'),
      eventName: { where: ':v = any ("eventNames")' },
    },
    sorts: { name: 'lower(name)' },
  },
  {
    operationId: 'listWebhookDeliveries',
    views: both,
    id: `select id from webhooks where ${inOrg('organization_id')} order by id limit 1`,
    rows: `select id, webhook_id as "webhookId", event_name as "eventName", is_test as "isTest", state, attempts,
        response_status as "responseStatus", response_body as "responseBody", last_error as error, last_attempt_at as "lastAttemptAt",
        delivered_at as "deliveredAt", created_at as "createdAt" from webhook_deliveries where webhook_id = :id`,
  },
  {
    operationId: 'listBackups',
    views: ['platform'],
    isPlatforms: true,
    // The seed makes none: a row without its file would be a lie.
    rows: `select id, source, file_name as "fileName", created_at as "createdAt", bytes, 'ready' as status from backups`,
  },
]
