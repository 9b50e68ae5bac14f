import type { QueryClient } from '@tanstack/react-query'
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  redirect,
} from '@tanstack/react-router'
import { followAccount } from './account-choices.ts'
import { currentLanguage } from '../i18n/index.ts'
import { ApiError } from './api.ts'
import { shownBannersQuery } from './banners-query.ts'
import { readSignInSearch } from '../features/sign-in/sign-in-search.ts'
import { readListSearch } from './list-search.ts'
import { sessionQuery } from './session.ts'
import { FailedPage } from './FailedPage.tsx'
import { Layout } from './Layout.tsx'
import { MissingPage } from './MissingPage.tsx'
import { PendingPage } from './PendingPage.tsx'

const root = createRootRouteWithContext<{ queries: QueryClient }>()({
  notFoundComponent: MissingPage,
  errorComponent: FailedPage,
})

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  validateSearch: readSignInSearch,
  component: lazyRouteComponent(() => import('../features/sign-in/SignInPage.tsx'), 'SignInPage'),
})

/** Everything behind the sign-in. */
const inside = createRoute({
  getParentRoute: () => root,
  id: 'inside',
  beforeLoad: async ({ context, location }) => {
    try {
      await followAccount(await context.queries.ensureQueryData(sessionQuery), context.queries)
      // They stand above every page, which would be pushed down if they came after it.
      const banners = shownBannersQuery(currentLanguage())
      if (context.queries.getQueryData(banners.queryKey) === undefined)
        await context.queries.prefetchQuery(banners)
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 401) throw error
      throw redirect({ to: '/sign-in', search: { returnTo: location.href } })
    }
  },
  component: Layout,
})

const at = <P extends string, C extends string, M extends Record<C, (props: object) => React.ReactNode>>(
  path: P,
  load: () => Promise<M>,
  name: C,
) =>
  createRoute({
    getParentRoute: () => inside,
    path,
    validateSearch: readListSearch,
    component: lazyRouteComponent(load, name),
  })

const pages = [
  at('/', () => import('../features/home/HomePage.tsx'), 'HomePage'),
  at('/models', () => import('../features/models/ModelsPage.tsx'), 'ModelsPage'),
  at('/models/$modelId', () => import('../features/models/ModelPage.tsx'), 'ModelPage'),
  at('/subscriptions', () => import('../features/subscriptions/SubscriptionsPage.tsx'), 'SubscriptionsPage'),
  at('/api-keys', () => import('../features/api-keys/ApiKeysPage.tsx'), 'ApiKeysPage'),
  at('/api-keys/$keyId', () => import('../features/api-keys/ApiKeyPage.tsx'), 'ApiKeyPage'),
  at('/playground', () => import('../features/playground/PlaygroundPage.tsx'), 'PlaygroundPage'),
  at('/usage', () => import('../features/usage/UsagePage.tsx'), 'UsagePage'),
  at('/teams', () => import('../features/teams/TeamsPage.tsx'), 'TeamsPage'),
  at('/teams/$teamId', () => import('../features/teams/TeamPage.tsx'), 'TeamPage'),
  at('/profile', () => import('../features/profile/ProfilePage.tsx'), 'ProfilePage'),
  at('/notifications', () => import('../features/notifications/NotificationsPage.tsx'), 'NotificationsPage'),
  at('/invitations/$token', () => import('../features/invitations/InvitationPage.tsx'), 'InvitationPage'),
  at('/admin', () => import('../features/overview/OverviewPage.tsx'), 'OverviewPage'),
  at('/admin/usage', () => import('../features/usage/AnalyticsPage.tsx'), 'AnalyticsPage'),
  at('/admin/requests', () => import('../features/subscriptions/RequestsPage.tsx'), 'RequestsPage'),
  at('/admin/users', () => import('../features/users/UsersPage.tsx'), 'UsersPage'),
  at('/admin/users/$userId', () => import('../features/users/UserPage.tsx'), 'UserPage'),
  at('/admin/members', () => import('../features/organizations/MembersPage.tsx'), 'MembersPage'),
  at('/admin/teams', () => import('../features/teams/AllTeamsPage.tsx'), 'AllTeamsPage'),
  at(
    '/admin/organizations',
    () => import('../features/organizations/OrganizationsPage.tsx'),
    'OrganizationsPage',
  ),
  at(
    '/admin/organizations/$organizationId',
    () => import('../features/organizations/OrganizationPage.tsx'),
    'OrganizationPage',
  ),
  at('/admin/models', () => import('../features/catalogue/CataloguePage.tsx'), 'CataloguePage'),
  at(
    '/admin/models/$modelId',
    () => import('../features/catalogue/CatalogueModelPage.tsx'),
    'CatalogueModelPage',
  ),
  at('/admin/api-keys', () => import('../features/api-keys/AllKeysPage.tsx'), 'AllKeysPage'),
  at('/admin/budgets', () => import('../features/budgets/BudgetsPage.tsx'), 'BudgetsPage'),
  at(
    '/admin/service-clients',
    () => import('../features/service-clients/ServiceClientsPage.tsx'),
    'ServiceClientsPage',
  ),
  at('/admin/webhooks', () => import('../features/webhooks/WebhooksPage.tsx'), 'WebhooksPage'),
  at('/admin/audit', () => import('../features/audit/AuditPage.tsx'), 'AuditPage'),
  at('/admin/settings', () => import('../features/settings/SettingsPage.tsx'), 'SettingsPage'),
  at('/admin/settings/$section', () => import('../features/settings/SettingsPage.tsx'), 'SettingsPage'),
] as const

export const router = createRouter({
  routeTree: root.addChildren([signIn, inside.addChildren(pages)]),
  context: { queries: undefined as unknown as QueryClient },
  defaultPreload: 'intent',
  defaultPendingComponent: PendingPage,
  defaultErrorComponent: FailedPage,
  defaultNotFoundComponent: MissingPage,
  scrollRestoration: true,
})

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}
