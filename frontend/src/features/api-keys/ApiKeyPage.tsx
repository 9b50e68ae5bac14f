import { Breadcrumb, BreadcrumbItem, Flex, Skeleton } from '@patternfly/react-core'
import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { useSession } from '../../app/session.ts'
import { ErrorState } from '../../ui/ErrorState.tsx'
import { PageFrame } from '../../ui/PageFrame.tsx'
import { KeyActions } from './KeyActions.tsx'
import { KeyDialogs } from './KeyDialogs.tsx'
import { KeyDetails } from './KeyDetails.tsx'
import { keyQuery } from './key-queries.ts'
import { KeyState } from './KeyState.tsx'
import { useOwnDesk } from './use-key-desk.ts'

/** One of one's own keys. */
export function ApiKeyPage() {
  const { t } = useTranslation('api-keys')
  const { keyId = '' } = useParams({ strict: false })
  const { can } = useSession()
  const { data: key, error, refetch } = useQuery(keyQuery(keyId))
  const desk = useOwnDesk()
  const above = (
    <Breadcrumb aria-label={t('page.path')}>
      <BreadcrumbItem>
        <Link to="/api-keys">{t('title')}</Link>
      </BreadcrumbItem>
      <BreadcrumbItem isActive>{key?.name ?? '…'}</BreadcrumbItem>
    </Breadcrumb>
  )
  if (error)
    return (
      <PageFrame title={t('title')} above={above}>
        <ErrorState error={error} onRetry={() => void refetch()} />
      </PageFrame>
    )
  if (!key)
    return (
      <PageFrame title={t('page.loading')} above={above}>
        <Skeleton height="24rem" />
      </PageFrame>
    )
  return (
    <KeyDialogs desk={desk}>
      <PageFrame
        title={key.name}
        above={above}
        description={
          <Flex component="span" gap={{ default: 'gapSm' }}>
            <KeyState apiKey={key} />
            <span className="lm-code">{key.keyHint}</span>
          </Flex>
        }
        actions={<KeyActions apiKey={key} isAdmin={false} label={t('act.menu')} />}
      >
        <KeyDetails
          apiKey={key}

          hasHistory={can('audit:read')}
          hasSnippets={key.status === 'active'}
        />
      </PageFrame>
    </KeyDialogs>
  )
}
