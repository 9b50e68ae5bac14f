import { Button, Content, Flex, Label } from '@patternfly/react-core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '../../app/api.ts'
import { ConfirmDialog } from '../../ui/ConfirmDialog.tsx'
import { DataTable, type Column } from '../../ui/DataTable.tsx'
import { useToasts } from '../../ui/Toasts.tsx'
import { When } from '../../ui/When.tsx'
import { browserOf } from './browser-name.ts'
import { sessionsQuery, type OwnSession } from './profile-queries.ts'

type Ending = { readonly kind: 'one'; readonly session: OwnSession } | { readonly kind: 'others' | 'all' }

/** Where one is signed in; what one does not know can be ended. */
export function Sessions() {
  const { t } = useTranslation('profile')
  const { data, error, refetch } = useQuery(sessionsQuery)
  const [ending, setEnding] = useState<Ending>()
  const columns = useSessionColumns((session) => setEnding({ kind: 'one', session }))
  const hasOthers = data?.some((session) => !session.isCurrent) ?? false
  return (
    <>
      <Content component="p">{t('sessionsText')}</Content>
      <DataTable
        label={t('sessions')}
        columns={columns}
        rows={data}
        idOf={(row) => row.id}
        error={data ? undefined : error}
        onRetry={() => void refetch()}
      />
      <Flex gap={{ default: 'gapSm' }} className="lm-below-list">
        {hasOthers && (
          <Button variant="secondary" onClick={() => setEnding({ kind: 'others' })}>
            {t('endOthers')}
          </Button>
        )}
        <Button variant="secondary" isDanger onClick={() => setEnding({ kind: 'all' })}>
          {t('endAll')}
        </Button>
      </Flex>
      {ending && <EndDialog ending={ending} onClose={() => setEnding(undefined)} />}
    </>
  )
}

function useSessionColumns(onEnd: (session: OwnSession) => void): ReadonlyArray<Column<OwnSession>> {
  const { t } = useTranslation('profile')
  const nameOf = useBrowserName()
  return [
    {
      key: 'browser',
      title: t('browser'),
      render: (row) => (
        <>
          <span title={row.userAgent ?? ''}>{nameOf(row)}</span>{' '}
          {row.isCurrent && (
            <Label isCompact color="blue">
              {t('thisOne')}
            </Label>
          )}
        </>
      ),
    },
    { key: 'address', title: t('address'), render: (row) => row.address ?? '–' },
    { key: 'seen', title: t('lastSeen'), render: (row) => <When at={row.lastSeenAt} /> },
    { key: 'created', title: t('signedIn'), render: (row) => <When at={row.createdAt} /> },
    { key: 'expires', title: t('expires'), render: (row) => <When at={row.expiresAt} /> },
    {
      key: 'end',
      title: t('end'),
      isActions: true,
      render: (row) =>
        row.isCurrent ? null : (
          <Button
            variant="link"
            isInline
            isDanger
            aria-label={t('endNamed', { name: nameOf(row) })}
            onClick={() => onEnd(row)}
          >
            {t('end')}
          </Button>
        ),
    },
  ]
}

function useBrowserName() {
  const { t } = useTranslation('profile')
  return ({ userAgent }: OwnSession): string => {
    const { browser, system } = browserOf(userAgent)
    if (browser !== undefined && system !== undefined) return t('browserOn', { browser, system })
    return browser ?? system ?? t('unknownBrowser')
  }
}

function EndDialog({ ending, onClose }: { ending: Ending; onClose: () => void }) {
  const { t } = useTranslation('profile')
  const navigate = useNavigate()
  const queries = useQueryClient()
  const { say } = useToasts()
  const nameOf = useBrowserName()
  const confirm = async () => {
    if (ending.kind === 'one') await api.endSession({ path: { id: ending.session.id } })
    else await api.endOtherSessions(ending.kind === 'all' ? { query: { includeCurrent: true } } : {})
    if (ending.kind === 'all') {
      await navigate({ to: '/sign-in', search: {} })
      queries.clear()
      return
    }
    say(t('ended'))
    await queries.invalidateQueries({ queryKey: sessionsQuery.queryKey })
  }
  return (
    <ConfirmDialog
      title={t(`endTitle.${ending.kind}`, ending.kind === 'one' ? { name: nameOf(ending.session) } : {})}
      act={t(`endAct.${ending.kind}`)}
      isDanger
      onConfirm={confirm}
      onClose={onClose}
    >
      {t(`endText.${ending.kind}`)}
    </ConfirmDialog>
  )
}
