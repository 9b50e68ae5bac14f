import {
  Masthead,
  MastheadBrand,
  MastheadContent,
  MastheadMain,
  MastheadToggle,
  Page,
  PageSidebar,
  PageSidebarBody,
  PageToggleButton,
  SkipToContent,
} from '@patternfly/react-core'
import BarsIcon from '@patternfly/react-icons/dist/esm/icons/bars-icon'
import { useQueryClient, useSuspenseQuery } from '@tanstack/react-query'
import { Link, Outlet, useMatches, useNavigate, useRouterState } from '@tanstack/react-router'
import { lazy, Suspense, useEffect, useRef, useState, type MouseEvent } from 'react'
import { useTranslation } from 'react-i18next'
import { onSessionExpired } from './api.ts'
import { Banners } from './Banners.tsx'
import { ForbiddenPage } from './ForbiddenPage.tsx'
import { LiveUpdates } from './LiveUpdates.tsx'
import { MastheadTools } from './MastheadTools.tsx'
import { maySee, navigation } from './navigation.ts'
import { PendingPage } from './PendingPage.tsx'
import { configurationQuery, useSession } from './session.ts'
import { SideBar } from './SideBar.tsx'
import { usePageFocus } from './use-page-focus.ts'
import { useIsDark } from '../ui/use-is-dark.ts'

const MAIN = 'main-content'

const NotificationPanel = lazy(async () => ({
  default: (await import('../features/notifications/NotificationPanel.tsx')).NotificationPanel,
}))
const NotificationToasts = lazy(async () => ({
  default: (await import('../features/notifications/NotificationToasts.tsx')).NotificationToasts,
}))

/** The frame of every page behind the sign-in. */
export function Layout() {
  const { t } = useTranslation()
  const badge = useRef<HTMLButtonElement>(null)
  const [isDrawerOpen, setIsDrawerOpen] = useState(false)
  const closeDrawer = () => {
    setIsDrawerOpen(false)
    badge.current?.focus()
  }
  useExpiry()
  useTextsOfServer()
  usePageFocus(MAIN)
  return (
    <Page
      masthead={
        <Masthead display={{ default: 'inline' }}>
          <MastheadMain>
            <MastheadToggle>
              <PageToggleButton variant="plain" aria-label={t('shell.toggleNavigation')}>
                <BarsIcon />
              </PageToggleButton>
            </MastheadToggle>
            <MastheadBrand>
              <Brand />
            </MastheadBrand>
          </MastheadMain>
          <MastheadContent>
            <MastheadTools
              badge={badge}
              isDrawerOpen={isDrawerOpen}
              onDrawerToggle={() => setIsDrawerOpen(!isDrawerOpen)}
            />
          </MastheadContent>
        </Masthead>
      }
      sidebar={
        <PageSidebar>
          <PageSidebarBody>
            <SideBar />
          </PageSidebarBody>
        </PageSidebar>
      }
      isManagedSidebar
      isContentFilled
      mainContainerId={MAIN}
      skipToContent={
        <SkipToContent href={`#${MAIN}`} onClick={skip}>
          {t('shell.skip')}
        </SkipToContent>
      }
      notificationDrawer={<Suspense>{isDrawerOpen && <NotificationPanel onClose={closeDrawer} />}</Suspense>}
      isNotificationDrawerExpanded={isDrawerOpen}
    >
      <LiveUpdates />
      <Suspense>
        <NotificationToasts />
      </Suspense>
      <Banners />
      <Suspense fallback={<PendingPage />}>
        <Guarded />
      </Suspense>
    </Page>
  )
}

/** Where one was is where one goes on after signing in again. */
function useExpiry() {
  const navigate = useNavigate()
  const here = useRouterState({ select: (state) => state.location.href })
  useEffect(
    () =>
      onSessionExpired(() => {
        // Several answers may say so, and the first has led away already.
        if (here.startsWith('/sign-in')) return
        void navigate({ to: '/sign-in', search: { returnTo: here, expired: true } })
      }),
    [navigate, here],
  )
}

/** Much text comes from the server (notifications, banners, refusals): in another language it is asked for again. */
function useTextsOfServer() {
  const { i18n } = useTranslation()
  const queries = useQueryClient()
  useEffect(() => {
    const renew = () => void queries.invalidateQueries()
    i18n.on('languageChanged', renew)
    return () => i18n.off('languageChanged', renew)
  }, [i18n, queries])
}

/** Without a trace in the address, which belongs to the page. */
function skip(event: MouseEvent) {
  event.preventDefault()
  document.getElementById(MAIN)?.focus()
}

/** A page that one may not see says so, even when it is asked for by its address. */
function Guarded() {
  const session = useSession()
  const path = useMatches({ select: (matches) => matches.at(-1)?.fullPath ?? '/' })
  const page = navigation
    .flatMap((group) => group.pages)
    .filter((one) => one.to === path || (one.to !== '/' && path.startsWith(`${one.to}/`)))
    .sort((a, b) => b.to.length - a.to.length)[0]
  return page === undefined || maySee(page, session) ? <Outlet /> : <ForbiddenPage />
}

function Brand() {
  const { data } = useSuspenseQuery(configurationQuery)
  const isDark = useIsDark()
  const slot = isDark ? 'header-logo-dark' : 'header-logo-light'
  const logo = data.images.find((image) => image.slot === slot)
  const title = data.settings.branding.title
  return (
    <Link to="/" className="lm-brand">
      {logo ? <img src={logo.url} alt={title} className="lm-brand__logo" /> : <span>{title}</span>}
    </Link>
  )
}
