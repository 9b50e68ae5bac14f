import {
  Label,
  NotificationBadge,
  Toolbar,
  ToolbarContent,
  ToolbarGroup,
  ToolbarItem,
  Tooltip,
} from '@patternfly/react-core'
import InProgressIcon from '@patternfly/react-icons/dist/esm/icons/in-progress-icon'
import { useQuery } from '@tanstack/react-query'
import { lazy, Suspense, type Ref } from 'react'
import { useTranslation } from 'react-i18next'
import { AccountMenu } from './AccountMenu.tsx'
import { api } from './api.ts'
import { useIsConnectionLost } from './connection.ts'
import { HelpMenu } from './HelpMenu.tsx'
import { OrganizationMenu } from './OrganizationMenu.tsx'
import { useSession } from './session.ts'
import { useIsNarrow } from './use-is-narrow.ts'

const JobsTray = lazy(async () => ({ default: (await import('../features/jobs/JobsTray.tsx')).JobsTray }))

interface MastheadToolsProps {
  readonly isDrawerOpen: boolean
  readonly badge: Ref<HTMLButtonElement>
  onDrawerToggle(): void
}

/** What runs, what is new, where one works, and one's own account. */
export function MastheadTools(props: MastheadToolsProps) {
  const { isReadOnly } = useSession()
  const isNarrow = useIsNarrow()
  return (
    <Toolbar isStatic>
      <ToolbarContent>
        <ToolbarGroup align={{ default: 'alignEnd' }} gap={{ default: isNarrow ? 'gapNone' : 'gapSm' }}>
          <ConnectionLabel />
          {isReadOnly && <ReadOnlyLabel />}
          {!isNarrow && (
            <ToolbarItem alignSelf="center">
              <OrganizationMenu />
            </ToolbarItem>
          )}
          <ToolbarItem>
            <Suspense>
              <JobsTray />
            </Suspense>
          </ToolbarItem>
          <ToolbarItem>
            <Notifications {...props} />
          </ToolbarItem>
          <ToolbarItem>
            <HelpMenu />
          </ToolbarItem>
          <ToolbarItem>
            <AccountMenu />
          </ToolbarItem>
        </ToolbarGroup>
      </ToolbarContent>
    </Toolbar>
  )
}

export const unreadQuery = {
  queryKey: ['notifications', 'unread'],
  queryFn: async () => (await api.listNotifications({ query: { limit: 1 } })).unread,
} as const

function Notifications({ isDrawerOpen, badge, onDrawerToggle }: MastheadToolsProps) {
  const { t } = useTranslation()
  const { data: count = 0 } = useQuery(unreadQuery)
  return (
    <NotificationBadge
      innerRef={badge}
      variant={count > 0 ? 'unread' : 'read'}
      count={count}
      isExpanded={isDrawerOpen}
      aria-label={t('shell.unread', { count })}
      onClick={onDrawerToggle}
    />
  )
}

/** Only while something is wrong: that all is well need not be said. */
function ConnectionLabel() {
  const { t } = useTranslation()
  const isNarrow = useIsNarrow()
  const isLost = useIsConnectionLost()
  return (
    <ToolbarItem alignSelf="center">
      <span role="status">
        {isLost && (
          <Tooltip content={t('shell.reconnectingHint')}>
            <Label
              isCompact
              status="warning"
              icon={<InProgressIcon />}
              tabIndex={0}
              {...(isNarrow ? { 'aria-label': t('shell.reconnecting') } : {})}
            >
              {isNarrow ? '…' : t('shell.reconnecting')}
            </Label>
          </Tooltip>
        )}
      </span>
    </ToolbarItem>
  )
}

function ReadOnlyLabel() {
  const { t } = useTranslation()
  return (
    <ToolbarItem alignSelf="center">
      <Tooltip content={t('shell.readOnlyHint')}>
        <Label isCompact color="yellow" tabIndex={0}>
          {t('shell.readOnly')}
        </Label>
      </Tooltip>
    </ToolbarItem>
  )
}
