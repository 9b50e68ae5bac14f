import {
  Button,
  EmptyState,
  EmptyStateActions,
  EmptyStateBody,
  EmptyStateFooter,
} from '@patternfly/react-core'
import ExclamationCircleIcon from '@patternfly/react-icons/dist/esm/icons/exclamation-circle-icon'
import { useTranslation } from 'react-i18next'
import { useErrorText } from './use-error-text.ts'

/** What happened, what to try, and how support finds it. */
export function ErrorState({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  const { t } = useTranslation()
  const { message, suggestion, traceId } = useErrorText()(error)
  return (
    <EmptyState headingLevel="h2" status="danger" titleText={t('error.title')} icon={ExclamationCircleIcon}>
      <EmptyStateBody>
        <p>{message}</p>
        {suggestion !== undefined && <p>{suggestion}</p>}
        {traceId !== undefined && (
          <p>
            <small>{t('error.trace', { id: traceId })}</small>
          </p>
        )}
      </EmptyStateBody>
      {onRetry && (
        <EmptyStateFooter>
          <EmptyStateActions>
            <Button variant="primary" onClick={onRetry}>
              {t('act.retry')}
            </Button>
          </EmptyStateActions>
        </EmptyStateFooter>
      )}
    </EmptyState>
  )
}
