import { Nav, NavGroup, NavItem, PageContext } from '@patternfly/react-core'
import { Link, useRouterState } from '@tanstack/react-router'
import { useContext } from 'react'
import { useTranslation } from 'react-i18next'
import { maySee, navigation } from './navigation.ts'
import { useScope } from './scope.tsx'
import { useSession } from './session.ts'

/** The pages that the caller may see; the longest path that fits is the current one. */
export function SideBar() {
  const { t } = useTranslation()
  const session = useSession()
  const { search } = useScope()
  const path = useRouterState({ select: (state) => state.location.pathname })
  const all = navigation.flatMap((group) => group.pages)
  const current = all
    .filter(({ to }) => path === to || (to !== '/' && path.startsWith(`${to}/`)))
    .sort((a, b) => b.to.length - a.to.length)[0]
  // Over the page, on a phone, it has done its work once a page is chosen.
  const { isMobile, isSidebarOpen, onSidebarToggle } = useContext(PageContext)
  const close = () => isMobile && isSidebarOpen && onSidebarToggle()
  return (
    <Nav aria-label={t('nav.main')} onSelect={close}>
      {navigation.map((group) => {
        const pages = group.pages.filter((page) => maySee(page, session))
        if (pages.length === 0) return null
        return (
          <NavGroup key={group.label} title={t(`nav.${group.label}` as 'nav.work')}>
            {pages.map((page) => (
              <NavItem key={page.to} isActive={page === current}>
                <Link to={page.to} search={page.to.startsWith('/admin') ? search : {}}>
                  {t(`nav.${page.label}` as 'nav.home')}
                </Link>
              </NavItem>
            ))}
          </NavGroup>
        )
      })}
    </Nav>
  )
}
