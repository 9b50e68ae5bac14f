import type { Permission } from '#identity'
import type { AnnouncedEvent } from '#platform/events'
import type { Kind, Severity } from './notification-kinds.ts'
import type { NamedJob, Template } from './texts/en.ts'
import type { Facts } from './wording.ts'

type NamedTable = 'models' | 'users' | 'teams' | 'api_keys'

/** What a rule makes of an event, before names are looked up. */
export interface Draft {
  readonly template: Template
  readonly severity: Severity
  /** A path of the console. */
  readonly link: string
  readonly facts?: Facts
  /** Facts that are names of rows: by which table and id they are found. */
  readonly names?: Readonly<Record<string, readonly [table: NamedTable, id: string]>>
}

/** Who hears of an announcement, and what. */
export interface Rule {
  readonly kind: Kind
  /** An event is announced to several audiences; a rule is about one of them. */
  readonly audience: 'person' | 'permission' | 'platform'
  /** Tells those who may act, where more may look. */
  readonly permission?: Permission
  /** Somebody who is told otherwise, or knows already. */
  readonly except?: (data: Fields) => string
  /** Undefined: this one is not worth telling. */
  readonly draft: (data: Fields, event: AnnouncedEvent) => Draft | undefined
}

/** The data of an event; what is not there reads as an empty text. */
export type Fields = (name: string) => string

export const fieldsOf =
  (data: Readonly<Record<string, unknown>>): Fields =>
  (name) => {
    const value = data[name]
    return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
      ? String(value)
      : ''
  }

const ofModel = (data: Fields): Draft['names'] => ({ model: ['models', data('modelId')] })

const decided = (
  template: Template,
  severity: Severity,
  isTold: (data: Fields) => boolean = () => true,
): Rule => ({
  kind: 'request-decided',
  audience: 'person',
  draft: (data) =>
    isTold(data) ? { template, severity, link: '/subscriptions', names: ofModel(data) ?? {} } : undefined,
})

const byOthers = (data: Fields): boolean => data('isOwn') !== 'true'

/** Both to subscribers and, as what to look after, to the platform. */
const ofModels = (template: Template, severity: Severity): readonly Rule[] => {
  const draft = (link: string) => (data: Fields) => ({
    template,
    severity,
    link,
    facts: { model: data('modelName') },
  })
  return [
    { kind: 'model', audience: 'person', draft: draft('/models') },
    { kind: 'platform', audience: 'platform', draft: draft('/admin/models') },
  ]
}

function budgetDraft(data: Fields, link: string): Draft {
  const threshold = data('threshold')
  const level = data('level')
  const [template, severity] =
    threshold === 'soft'
      ? (['budget.soft', 'warning'] as const)
      : threshold === '100'
        ? (['budget.exhausted', 'danger'] as const)
        : (['budget.reached', 'warning'] as const)
  return {
    template,
    severity,
    link,
    facts: { level, percent: threshold },
    names: { ...subjectOf(level, data('subjectId')), ...(data('modelId') === '' ? {} : ofModel(data)) },
  }
}

function subjectOf(level: string, id: string): NonNullable<Draft['names']> {
  if (level === 'key' || level === 'key_model') return { subject: ['api_keys', id] }
  if (level === 'user') return { subject: ['users', id] }
  return level === 'team' ? { subject: ['teams', id] } : {}
}

/** Where a person sees their own budgets; a key's stands at the key. */
const ownBudgetLink = (data: Fields): string =>
  data('level') === 'key' || data('level') === 'key_model' ? `/api-keys/${data('subjectId')}` : '/profile'

const QUALITY_LINK = '/admin/usage?tab=quality'

/** The page that shows what came of a job. */
const jobLinks: Readonly<Record<NamedJob, string>> = {
  'models.synchronize': '/admin/settings/synchronization',
  'backup.create': '/admin/settings/backups',
  'backup.test': '/admin/settings/backups',
  'usage.recount': QUALITY_LINK,
  'user.bulk-limits': '/admin/users',
  'audit.verify': '/admin/audit',
  'subscriptions.follow-restriction': '/admin/requests',
}

const jobLink = (kind: string): string => Object.entries(jobLinks).find(([one]) => one === kind)?.[1] ?? '/'

const ofKey = (data: Fields): Facts => ({ key: data('apiKeyName') })
const platformAlarm = (
  template: Template,
  link: string,
  facts: (data: Fields) => Facts = () => ({}),
): Rule => ({
  kind: 'platform',
  audience: 'platform',
  draft: (data) => ({ template, severity: 'danger', link, facts: facts(data) }),
})

const keyRevoked: Rule = {
  kind: 'api-key',
  audience: 'person',
  draft: (data, event) =>
    data('actorId') === event.userId
      ? undefined
      : { template: 'key.revoked', severity: 'warning', link: '/api-keys', facts: ofKey(data) },
}

/** By the name of the event; docs/api/events.md says what each holds. */
export const rules: Readonly<Record<string, readonly Rule[]>> = {
  'subscription.requested': [
    {
      kind: 'request-waiting',
      audience: 'permission',
      permission: 'approvals:decide',
      except: (data) => data('userId'),
      draft: (data) => ({
        template: 'subscription.waiting',
        severity: 'info',
        link: '/admin/requests',
        names: { ...ofModel(data), person: ['users', data('userId')] },
      }),
    },
    // A decision was taken back, or the model became restricted; nobody need be told what they asked for themselves.
    decided('subscription.reverted', 'warning', (data) => data('from') !== '' && byOthers(data)),
  ],
  'subscription.approved': [decided('subscription.approved', 'success', byOthers)],
  'subscription.denied': [decided('subscription.denied', 'warning')],
  'subscription.suspended': [decided('subscription.suspended', 'warning')],
  'subscription.resumed': [decided('subscription.resumed', 'success')],
  'subscription.cancelled': [decided('subscription.removed', 'warning', byOthers)],
  'subscription.expired': [decided('subscription.expired', 'warning')],
  'budget.warning': [
    { kind: 'budget', audience: 'person', draft: (data) => budgetDraft(data, ownBudgetLink(data)) },
    {
      kind: 'budget',
      audience: 'permission',
      except: (data) => data('subjectId'),
      draft: (data) => budgetDraft(data, '/admin/budgets'),
    },
    { kind: 'budget', audience: 'platform', draft: (data) => budgetDraft(data, '/admin/budgets') },
  ],
  'api-key.expiring': [
    {
      kind: 'api-key',
      audience: 'person',
      draft: (data) => ({
        template: 'key.expiring',
        severity: 'warning',
        link: '/api-keys',
        facts: { ...ofKey(data), expiresAt: data('expiresAt') },
      }),
    },
  ],
  'api-key.lost': [
    {
      kind: 'api-key',
      audience: 'person',
      draft: (data) => ({ template: 'key.lost', severity: 'danger', link: '/api-keys', facts: ofKey(data) }),
    },
  ],
  'api-key.revoked': [keyRevoked],
  'api-key.deleted': [keyRevoked],
  'model.unavailable': ofModels('model.unavailable', 'warning'),
  'model.available': ofModels('model.available', 'info'),
  'model.price-changed': ofModels('model.price-changed', 'info'),
  'model.sync-failed': [
    {
      kind: 'platform',
      audience: 'platform',
      draft: (data) => ({
        template: 'model.sync-failed',
        severity: 'danger',
        link: '/admin/models',
        names: ofModel(data) ?? {},
      }),
    },
  ],
  'job.finished': [
    {
      kind: 'job',
      audience: 'person',
      draft: (data) => {
        const status = data('status')
        if (status !== 'succeeded' && status !== 'failed') return undefined
        const severity = status === 'failed' ? 'warning' : 'success'
        return {
          template: `job.${status}`,
          severity,
          link: jobLink(data('kind')),
          facts: { job: data('kind') },
        }
      },
    },
  ],
  'invitation.accepted': [
    {
      kind: 'membership',
      audience: 'person',
      draft: (data) => ({
        template: 'invitation.accepted',
        severity: 'success',
        link: '/admin/members',
        names: { person: ['users', data('userId')] },
      }),
    },
  ],
  'team.joined': [
    {
      kind: 'membership',
      audience: 'person',
      draft: (data) => ({
        template: 'team.joined',
        severity: 'info',
        link: `/teams/${data('teamId')}`,
        names: { team: ['teams', data('teamId')] },
      }),
    },
  ],
  'member.updated': [
    {
      kind: 'membership',
      audience: 'person',
      draft: (data) => ({
        template: 'member.updated',
        severity: 'info',
        link: '/profile',
        facts: { role: data('role') },
      }),
    },
  ],
  'user.limits-changed': [
    {
      kind: 'membership',
      audience: 'person',
      draft: () => ({ template: 'user.limits-changed', severity: 'info', link: '/profile' }),
    },
  ],
  'webhook.disabled': [
    {
      kind: 'webhook',
      audience: 'permission',
      draft: (data) => ({
        template: 'webhook.disabled',
        severity: 'danger',
        link: '/admin/webhooks',
        facts: { webhook: data('webhookName') },
      }),
    },
  ],
  'ledger.difference': [
    platformAlarm('ledger.difference', QUALITY_LINK, (data) => ({ differences: data('differences') })),
  ],
  'usage.intake-dead': [platformAlarm('usage.intake-dead', QUALITY_LINK)],
}
