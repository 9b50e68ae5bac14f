/** The pages, as the side bar lists them: which path, what it is called, and what one must be allowed to see it. */
export interface Page {
  readonly to: string
  /** Key below `nav` in the common texts. */
  readonly label: string
  /** Any of these permissions opens it. */
  readonly permissions?: readonly string[]
  /** Platform administrators and auditors only. */
  readonly isForPlatform?: boolean
}

export interface PageGroup {
  readonly label: string
  readonly pages: readonly Page[]
}

export const navigation: readonly PageGroup[] = [
  {
    label: 'work',
    pages: [
      { to: '/', label: 'home' },
      { to: '/models', label: 'models', permissions: ['models:read'] },
      { to: '/subscriptions', label: 'subscriptions', permissions: ['subscriptions:read'] },
      { to: '/api-keys', label: 'apiKeys', permissions: ['keys:read'] },
      { to: '/playground', label: 'playground', permissions: ['models:call'] },
      { to: '/usage', label: 'usage', permissions: ['usage:read'] },
      { to: '/teams', label: 'teams', permissions: ['teams:read'] },
    ],
  },
  {
    label: 'administration',
    pages: [
      { to: '/admin', label: 'overview', permissions: ['usage:read-all'] },
      { to: '/admin/usage', label: 'analytics', permissions: ['usage:read-all', 'usage:read-team'] },
      { to: '/admin/requests', label: 'requests', permissions: ['approvals:read'] },
      { to: '/admin/users', label: 'users', permissions: ['users:read'] },
      { to: '/admin/members', label: 'members', permissions: ['members:read'] },
      { to: '/admin/teams', label: 'allTeams', permissions: ['teams:read-all'] },
      { to: '/admin/organizations', label: 'organizations', isForPlatform: true },
      { to: '/admin/api-keys', label: 'allKeys', permissions: ['keys:read-all'] },
      { to: '/admin/budgets', label: 'budgets', permissions: ['budgets:read-all'] },
    ],
  },
  {
    label: 'system',
    pages: [
      { to: '/admin/models', label: 'catalogue', isForPlatform: true },
      { to: '/admin/service-clients', label: 'serviceClients', permissions: ['service-clients:read'] },
      { to: '/admin/webhooks', label: 'webhooks', permissions: ['webhooks:read'] },
      { to: '/admin/audit', label: 'audit', permissions: ['audit:read'] },
      { to: '/admin/settings', label: 'settings', isForPlatform: true },
    ],
  },
]

interface Viewer {
  readonly isPlatformReader: boolean
  can(permission: string): boolean
}

export function maySee(page: Pick<Page, 'permissions' | 'isForPlatform'>, viewer: Viewer): boolean {
  if (page.isForPlatform === true) return viewer.isPlatformReader
  return page.permissions === undefined || page.permissions.some((permission) => viewer.can(permission))
}
