import { Alert, Button, Spinner } from '@patternfly/react-core'
import { useTranslation } from 'react-i18next'
import { useErrorText } from '../../ui/use-error-text.ts'
import { useFormats } from '../../ui/formats.ts'
import type { Trial } from './catalogue-queries.ts'

interface ConnectionTestProps {
  readonly isPending: boolean
  readonly trial: Trial | undefined
  readonly error: unknown
  onTest(): void
}

/** One short call to the provider, and what became of it, in words that say what to mend. */
export function ConnectionTest({ isPending, trial, error, onTest }: ConnectionTestProps) {
  const { t } = useTranslation('catalogue')
  return (
    <div className="lm-stack">
      <div>
        <Button variant="secondary" onClick={onTest} isLoading={isPending} isDisabled={isPending}>
          {trial === undefined ? t('test.act') : t('test.again')}
        </Button>
      </div>
      <TrialResult isPending={isPending} trial={trial} error={error} />
    </div>
  )
}

export function TrialResult({ isPending, trial, error }: Omit<ConnectionTestProps, 'onTest'>) {
  const { t } = useTranslation('catalogue')
  const { milliseconds } = useFormats()
  const textOf = useErrorText()
  if (isPending)
    return (
      <p role="status">
        <Spinner size="md" aria-hidden /> {t('test.running')}
      </p>
    )
  if (error !== null && error !== undefined) {
    const { message, suggestion } = textOf(error)
    return (
      <Alert variant="danger" isInline isLiveRegion component="p" title={message}>
        {suggestion}
      </Alert>
    )
  }
  if (!trial) return null
  const isFound = trial.result === 'found'
  return (
    <Alert
      variant={isFound ? 'success' : 'danger'}
      isInline
      isLiveRegion
      component="p"
      title={t(`test.title.${trial.result}`)}
    >
      <p>{t(`test.hint.${trial.result}`, { duration: milliseconds(trial.durationMs) })}</p>
      {trial.message !== null && (
        <p>
          <small>{t('test.said', { message: trial.message })}</small>
        </p>
      )}
    </Alert>
  )
}
