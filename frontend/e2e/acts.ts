// Which button of which page asks the server for what. A button that is neither here nor among those that only look is
// found by the test of all pages, so that nobody forgets to say it.

export interface Act {
  readonly page: string
  readonly name: RegExp
  /** As the permission matrix writes it. */
  readonly operation: string
  /** Seen only where there is something to do it to, so that missing it means nothing. */
  readonly isOccasional: boolean
}

type Line = readonly [name: RegExp, operation: string, when?: 'always']

const key = {
  own: [
    [/^edit$/i, 'PATCH /api/v1/api-keys/{id}'],
    [/^(disable|enable)$/i, 'PATCH /api/v1/api-keys/{id}'],
    [/^rotate$/i, 'POST /api/v1/api-keys/{id}/rotate'],
    [/^revoke$/i, 'DELETE /api/v1/api-keys/{id}'],
  ],
  any: [
    [/^edit$/i, 'PATCH /api/v1/admin/api-keys/{id}'],
    [/^(disable|enable)$/i, 'PATCH /api/v1/admin/api-keys/{id}'],
    [/^revoke$/i, 'DELETE /api/v1/admin/api-keys/{id}'],
    [/^revoke \d+ keys?/i, 'POST /api/v1/admin/api-keys/bulk-revoke'],
    [/^delete for good$/i, 'POST /api/v1/admin/api-keys/{id}/delete'],
  ],
} as const satisfies Record<string, readonly Line[]>

const review: readonly Line[] = [
  [/^approve\b/i, 'POST /api/v1/admin/subscriptions/{id}/approve'],
  [/^deny\b/i, 'POST /api/v1/admin/subscriptions/{id}/deny'],
  [/^suspend$/i, 'POST /api/v1/admin/subscriptions/{id}/suspend'],
  [/^resume$/i, 'POST /api/v1/admin/subscriptions/{id}/resume'],
  [/^take the decision back$/i, 'POST /api/v1/admin/subscriptions/{id}/revert'],
  [/^remove$/i, 'DELETE /api/v1/admin/subscriptions/{id}'],
]

const ask: readonly Line[] = [[/^(subscribe|request access|ask again)\b/i, 'POST /api/v1/subscriptions']]

const members: readonly Line[] = [
  [/^(make|change the role|role)\b/i, 'PATCH /api/v1/admin/members/{id}'],
  [/^(keep out|let in|change role)\b/i, 'PATCH /api/v1/admin/members/{id}'],
  [/^(activate|deactivate|enable|disable|suspend|restore)$/i, 'PATCH /api/v1/admin/members/{id}'],
  [/^remove\b/i, 'DELETE /api/v1/admin/members/{id}'],
  [/^(revoke|withdraw)\b/i, 'DELETE /api/v1/admin/invitations/{id}'],
]

const model: readonly Line[] = [
  [/^(edit|change prices|restrict|lift the restriction)$/i, 'PATCH /api/v1/admin/models/{id}'],
  [/^test connection$/i, 'POST /api/v1/admin/models/{id}/test-connection'],
  [/^(remove|delete)$/i, 'DELETE /api/v1/admin/models/{id}'],
]

const budget: readonly Line[] = [
  [/^(edit|change)\b/i, 'PATCH /api/v1/admin/budgets/{id}'],
  [/^(increase|raise)\b/i, 'POST /api/v1/admin/budgets/{id}/increases'],
  [/^(end|take back) the increase/i, 'DELETE /api/v1/admin/budgets/{id}/increases'],
  [/^(reset|forgive)\b/i, 'POST /api/v1/admin/budgets/{id}/reset-spend'],
  [/^(delete|remove)\b/i, 'DELETE /api/v1/admin/budgets/{id}'],
]

const save = (section: string): readonly Line[] => [
  [/^every key must end/i, `PATCH /api/v1/admin/settings/${section}`],
  [/^(save|reset|discard)\b/i, `PATCH /api/v1/admin/settings/${section}`],
]

const table: Readonly<Record<string, readonly Line[]>> = {
  '/models': ask,
  '/models/$modelId': ask,
  '/subscriptions': [
    // Leads to the dialog on the page of keys.
    [/^create api key$/i, 'POST /api/v1/api-keys'],
    [/^(cancel subscription|withdraw request)$/i, 'DELETE /api/v1/subscriptions/{id}'],
    [/^change what you wrote$/i, 'PATCH /api/v1/subscriptions/{id}'],
    [/^ask again$/i, 'POST /api/v1/subscriptions/{id}/request-again'],
  ],
  '/api-keys': [[/^create key$/i, 'POST /api/v1/api-keys', 'always'], ...key.own],
  '/api-keys/$keyId': key.own,
  '/playground': [
    [/^make a key for the playground$/i, 'POST /api/v1/api-keys'],
    [/^send$/i, 'POST /v1/chat/completions'],
  ],
  '/teams/$teamId': [
    [/^add\b/i, 'POST /api/v1/teams/{id}/members'],
    [/^(make|change)\b/i, 'PATCH /api/v1/teams/{id}/members/{userId}'],
    [/^(remove|leave)\b/i, 'DELETE /api/v1/teams/{id}/members/{userId}'],
  ],
  '/profile': [
    [/^change the name$/i, 'PATCH /api/v1/me', 'always'],
    [/^work here$/i, 'PUT /api/auth/organization'],
    [/^leave$/i, 'POST /api/v1/organization/leave'],
    [/^(in the console|by e-mail): /i, 'PUT /api/v1/me/notification-preferences', 'always'],
    [/^end: /i, 'DELETE /api/auth/sessions/{id}'],
    [/^end all others$/i, 'DELETE /api/auth/sessions'],
    [/^sign out everywhere$/i, 'DELETE /api/auth/sessions', 'always'],
  ],
  '/notifications': [
    [/^mark all as read$/i, 'POST /api/v1/me/notifications/read-all'],
    [/^mark as read$/i, 'POST /api/v1/me/notifications/{id}/read'],
    [/^(delete|remove)$/i, 'DELETE /api/v1/me/notifications/{id}'],
  ],
  '/invitations/$token': [[/^(accept|join)\b/i, 'POST /api/v1/invitations/accept']],
  '/admin/usage': [
    [/^recount/i, 'POST /api/v1/admin/usage/recounts'],
    [/^(try|book) /i, 'POST /api/v1/admin/usage/intake/{id}/redrive'],
  ],
  '/admin/requests': [[/^grant access/i, 'POST /api/v1/admin/subscriptions', 'always'], ...review],
  '/admin/users': [[/^set limits of many/i, 'POST /api/v1/admin/users/bulk-limits', 'always']],
  '/admin/users/$userId': [
    [/^(change|set)? ?limits/i, 'PUT /api/v1/admin/users/{id}/limits'],
    [/^(activate|deactivate|enable|disable)\b/i, 'PATCH /api/v1/admin/users/{id}'],
    [/^(change the role|role|keep out|let in)\b/i, 'PATCH /api/v1/admin/members/{id}'],
    [/^remove from the organization/i, 'DELETE /api/v1/admin/members/{id}'],
    [/^create key/i, 'POST /api/v1/admin/api-keys'],
    [/^grant/i, 'POST /api/v1/admin/subscriptions'],
    [/^take away/i, 'DELETE /api/v1/admin/subscriptions/{id}'],
    [/^set a budget/i, 'POST /api/v1/admin/budgets'],
    ...key.any,
    ...review,
    ...budget,
  ],
  '/admin/members': [
    [/^invite$/i, 'POST /api/v1/admin/invitations', 'always'],
    [/^rename$/i, 'PATCH /api/v1/admin/organization'],
    [/^leave organization$/i, 'POST /api/v1/organization/leave'],
    ...members,
  ],
  '/admin/teams': [
    [/^create team$/i, 'POST /api/v1/admin/teams', 'always'],
    [/^(edit|archive|restore|make)\b/i, 'PATCH /api/v1/admin/teams/{id}'],
    [/^(archive|delete)$/i, 'DELETE /api/v1/admin/teams/{id}'],
  ],
  '/admin/organizations': [
    [/^create organization$/i, 'POST /api/v1/admin/organizations', 'always'],
    [/^(edit|suspend|activate)$/i, 'PATCH /api/v1/admin/organizations/{id}'],
  ],
  '/admin/organizations/$organizationId': [
    [/^(edit|suspend|activate)$/i, 'PATCH /api/v1/admin/organizations/{id}', 'always'],
    [/^invite$/i, 'POST /api/v1/admin/invitations', 'always'],
    [/^create team$/i, 'POST /api/v1/admin/teams', 'always'],
    [/^(edit|archive|restore|make)\b/i, 'PATCH /api/v1/admin/teams/{id}'],
    [/^change$/i, 'PUT /api/v1/admin/organizations/{id}/models'],
    ...members,
    ...budget,
  ],
  '/admin/models': [
    [/^synchronize$/i, 'POST /api/v1/admin/models/synchronize', 'always'],
    [/^create model$/i, 'POST /api/v1/admin/models', 'always'],
    ...model,
  ],
  '/admin/models/$modelId': [[/^edit$/i, 'PATCH /api/v1/admin/models/{id}', 'always'], ...model],
  '/admin/api-keys': [[/^create key for a person$/i, 'POST /api/v1/admin/api-keys', 'always'], ...key.any],
  '/admin/budgets': [[/^set a budget$/i, 'POST /api/v1/admin/budgets', 'always'], ...budget],
  '/admin/service-clients': [
    [/^create a service client$/i, 'POST /api/v1/admin/service-clients', 'always'],
    [/^(edit|disable|enable)\b/i, 'PATCH /api/v1/admin/service-clients/{id}'],
    [/^delete\b/i, 'DELETE /api/v1/admin/service-clients/{id}'],
    [/^(add|create|new)\b.*secret/i, 'POST /api/v1/admin/service-clients/{id}/secrets'],
  ],
  '/admin/webhooks': [
    [/^create a webhook$/i, 'POST /api/v1/admin/webhooks', 'always'],
    [/^(edit|disable|enable|switch)\b/i, 'PATCH /api/v1/admin/webhooks/{id}'],
    [/test/i, 'POST /api/v1/admin/webhooks/{id}/test'],
    [/secret/i, 'POST /api/v1/admin/webhooks/{id}/rotate-secret'],
    [/^delete\b/i, 'DELETE /api/v1/admin/webhooks/{id}'],
  ],
  '/admin/audit': [[/^(verify|check)\b/i, 'POST /api/v1/admin/audit-logs/verify', 'always']],
  '/admin/settings': save('api-keys'),
  '/admin/settings/api-keys': save('api-keys'),
  '/admin/settings/users': save('users'),
  '/admin/settings/display': save('display'),
  '/admin/settings/rate-limits': save('rate-limits'),
  '/admin/settings/retention': save('retention'),
  '/admin/settings/banners': [
    [/^(create|new|add)\b.*banner/i, 'POST /api/v1/admin/banners', 'always'],
    [/^(edit|turn (on|off)|move)\b/i, 'PATCH /api/v1/admin/banners/{id}'],
    [/^(delete|remove)\b/i, 'DELETE /api/v1/admin/banners/{id}'],
  ],
  '/admin/settings/branding': [
    ...save('branding'),
    [/^(upload|choose|replace)\b/i, 'PUT /api/v1/admin/branding/images/{slot}', 'always'],
    [/^(delete|remove)\b/i, 'DELETE /api/v1/admin/branding/images/{slot}'],
  ],
  '/admin/settings/synchronization': [
    [/^synchronize/i, 'POST /api/v1/admin/models/synchronize', 'always'],
    [/^repair/i, 'POST /api/v1/admin/models/synchronize'],
  ],
  '/admin/settings/backups': [
    [/^(create|make)\b.*backup/i, 'POST /api/v1/admin/backups', 'always'],
    [/^test/i, 'POST /api/v1/admin/backups/{id}/test-restore'],
    [/^download/i, 'GET /api/v1/admin/backups/{id}/download'],
    [/^delete/i, 'DELETE /api/v1/admin/backups/{id}'],
  ],
}

export const acts: readonly Act[] = Object.entries(table).flatMap(([page, lines]) =>
  lines.map(([name, operation, when]) => ({ page, name, operation, isOccasional: when !== 'always' })),
)

/** They change nothing but what is shown, or ask for what may be read. */
export const looks: readonly RegExp[] = [
  /^(close|copy|show|hide|see|details|clear|refresh|try again|browse|search)\b/i,
  /^(compare|older|newer|how to|what holds)\b/i,
  /^export/i,
  // A row's own name opens what it is about.
  /^(history|use and history|show history|permissions?|secrets|deliveries)$/i,
  /^\d+ permissions?$/i,
  /^(slow|expensive) calls$/i,
  /^[A-Z][a-z]{2} \d{1,2}(, \d{4}| –)/,
]
