import { Button, Content, Flex, FlexItem } from '@patternfly/react-core'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ScopePicker, useScope } from '../../app/scope.tsx'
import { useSession } from '../../app/session.ts'
import { useList } from '../../app/use-list.ts'
import { EmptyHint } from '../../ui/EmptyHint.tsx'
import { ErrorState } from '../../ui/ErrorState.tsx'
import { PageFrame } from '../../ui/PageFrame.tsx'
import { auditChoicesQuery, auditQuery, exportAddress } from './audit-queries.ts'
import { readAuditFilters } from './audit-search.ts'
import { AuditFilterBar } from './AuditFilterBar.tsx'
import { AuditTable } from './AuditTable.tsx'
import { ExportMenu, VerifyButton } from './AuditTools.tsx'
import { VerificationReport } from './VerificationReport.tsx'

/** Who did what, when, to what, and whether it was refused. */
export function AuditPage() {
  const { t } = useTranslation(['audit', 'common'])
  const { isPlatformAdmin } = useSession()
  const scope = useScope()
  const { filters: values, hasFilters, setFilter, clearFilters } = useList()
  const filters = readAuditFilters(values)
  const list = useInfiniteQuery(auditQuery(filters, scope.read))
  const { data: choices } = useQuery(auditChoicesQuery(filters, scope.read))
  const [jobId, setJobId] = useState<string>()
  const rows = list.data?.pages.flatMap((page) => page.data)
  return (
    <PageFrame
      title={t('title')}
      description={t('description')}
      actions={
        <Flex gap={{ default: 'gapSm' }}>
          <ScopePicker />
          <ExportMenu addressOf={(format) => exportAddress(filters, scope.read, format)} />
          {isPlatformAdmin && <VerifyButton onStarted={setJobId} />}
        </Flex>
      }
    >
      {jobId !== undefined && <VerificationReport jobId={jobId} onClose={() => setJobId(undefined)} />}
      <AuditFilterBar choices={choices} values={values} onChange={setFilter} onClear={clearFilters} />
      {list.error && !list.data ? (
        <ErrorState error={list.error} onRetry={() => void list.refetch()} />
      ) : rows?.length === 0 ? (
        <EmptyHint
          title={hasFilters ? t('common:state.nothingFound') : t('emptyTitle')}
          text={hasFilters ? t('common:state.nothingFoundHint') : t('emptyText')}
          {...(hasFilters
            ? {
                action: (
                  <Button variant="link" onClick={clearFilters}>
                    {t('common:act.clearFilters')}
                  </Button>
                ),
              }
            : {})}
        />
      ) : (
        <AuditTable rows={rows} hasOrganizations={scope.isAll} onFilter={setFilter} />
      )}
      {rows !== undefined && rows.length > 0 && (
        <Flex justifyContent={{ default: 'justifyContentCenter' }} className="lm-below-list">
          <FlexItem>
            {list.hasNextPage ? (
              <Button
                variant="secondary"
                isLoading={list.isFetchingNextPage}
                isDisabled={list.isFetchingNextPage}
                onClick={() => void list.fetchNextPage()}
              >
                {t('showOlder')}
              </Button>
            ) : (
              <Content component="small">{t('end')}</Content>
            )}
          </FlexItem>
        </Flex>
      )}
    </PageFrame>
  )
}
