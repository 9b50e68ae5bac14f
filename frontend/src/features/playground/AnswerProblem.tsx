import { Alert, Button } from '@patternfly/react-core'
import { Link } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ApiError } from '../../app/api.ts'
import { useFormats } from '../../ui/formats.ts'
import { useErrorText } from '../../ui/use-error-text.ts'
import { BrokenAnswer } from './chat-stream.ts'

interface AnswerProblemProps {
  readonly error: unknown
  readonly isLast: boolean
  onAgain(): void
}

/** Why there is no answer, and what to do about it. */
export function AnswerProblem({ error, isLast, onAgain }: AnswerProblemProps) {
  const { t } = useTranslation(['playground', 'common'])
  const textOf = useErrorText()
  const { number } = useFormats()
  const refusal = error instanceof ApiError ? error : undefined
  const left = useCountdown(refusal?.retryAfterSeconds ?? 0)
  const message =
    error instanceof BrokenAnswer ? t('problem.broken', { reason: error.message }) : textOf(error).message
  const fits = refusal?.details['tokensThatFit']
  const isBudget = refusal?.code === 'BUDGET_EXCEEDED'
  return (
    <Alert
      variant="danger"
      isInline
      component="p"
      title={message}
      actionLinks={
        isLast && (
          <>
            {isBudget ? (
              <Link to="/api-keys">{t('problem.budgets')}</Link>
            ) : (
              <Button variant="link" isInline isDisabled={left > 0} onClick={onAgain}>
                {left > 0 ? t('problem.againIn', { count: left }) : t('common:act.retry')}
              </Button>
            )}
          </>
        )
      }
    >
      {typeof fits === 'number' && fits > 0 && (
        <p>{t('problem.fits', { count: fits, tokens: number(fits) })}</p>
      )}
      {refusal?.suggestion !== undefined && <p>{refusal.suggestion}</p>}
    </Alert>
  )
}

/** Seconds until something may be tried again. */
function useCountdown(from: number): number {
  const [left, setLeft] = useState(from)
  useEffect(() => {
    if (left <= 0) return
    const timer = setTimeout(() => setLeft(left - 1), 1000)
    return () => clearTimeout(timer)
  }, [left])
  return left
}
