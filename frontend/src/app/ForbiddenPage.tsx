import { EmptyState, EmptyStateBody, PageSection } from '@patternfly/react-core'
import LockIcon from '@patternfly/react-icons/dist/esm/icons/lock-icon'
import { useTranslation } from 'react-i18next'
import { useTitle } from '../ui/use-title.ts'

export function ForbiddenPage() {
  const { t } = useTranslation()
  useTitle(t('error.forbiddenTitle'))
  return (
    <PageSection isFilled>
      <EmptyState headingLevel="h1" titleText={t('error.forbiddenTitle')} icon={LockIcon}>
        <EmptyStateBody>{t('error.forbiddenHint')}</EmptyStateBody>
      </EmptyState>
    </PageSection>
  )
}
