import {
  Button,
  EmptyState,
  EmptyStateActions,
  EmptyStateBody,
  EmptyStateFooter,
  PageSection,
} from '@patternfly/react-core'
import SearchIcon from '@patternfly/react-icons/dist/esm/icons/search-icon'
import { useNavigate } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { useTitle } from '../ui/use-title.ts'

export function MissingPage() {
  const { t } = useTranslation()
  const navigate = useNavigate()
  useTitle(t('error.missingTitle'))
  return (
    <PageSection isFilled>
      <EmptyState headingLevel="h1" titleText={t('error.missingTitle')} icon={SearchIcon}>
        <EmptyStateBody>{t('error.missingHint')}</EmptyStateBody>
        <EmptyStateFooter>
          <EmptyStateActions>
            <Button onClick={() => void navigate({ to: '/', search: {} })}>{t('error.home')}</Button>
          </EmptyStateActions>
        </EmptyStateFooter>
      </EmptyState>
    </PageSection>
  )
}
