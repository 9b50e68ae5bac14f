import { Alert, Button, ExpandableSection, Spinner } from '@patternfly/react-core'
import { lazy, Suspense } from 'react'
import { useTranslation } from 'react-i18next'
import { AnswerFacts } from './AnswerFacts.tsx'
import { AnswerProblem } from './AnswerProblem.tsx'
import type { Answer } from './conversation.ts'
import { CopyButton } from './CopyButton.tsx'

// Fetched when the first answer is shown.
const AnswerMarkdown = lazy(async () => ({ default: (await import('./AnswerMarkdown.tsx')).AnswerMarkdown }))

interface AnswerTurnProps {
  readonly answer: Answer
  readonly isLast: boolean
  readonly isBusy: boolean
  onAgain(): void
}

/** What a model said, how it went, and what it cost. */
export function AnswerTurn({ answer, isLast, isBusy, onAgain }: AnswerTurnProps) {
  const { t } = useTranslation('playground')
  const { text, thought, state, model, reason } = answer
  return (
    <div className="lm-turn">
      <strong className="lm-code">{model}</strong>
      {thought !== '' && (
        <ExpandableSection toggleText={t('turn.thought')} isIndented>
          <div className="lm-plain">{thought}</div>
        </ExpandableSection>
      )}
      {state === 'waiting' && <Spinner size="md" aria-label={t('turn.waiting')} />}
      {text !== '' && (
        <Suspense fallback={<div className="lm-plain">{text}</div>}>
          <AnswerMarkdown text={text} />
        </Suspense>
      )}
      {reason === 'length' && (
        <Alert variant="info" isInline isPlain component="p" title={t('turn.cutOff')} />
      )}
      {state === 'stopped' && (
        <Alert variant="info" isInline isPlain component="p" title={t('turn.stopped')} />
      )}
      {state === 'failed' && <AnswerProblem error={answer.error} onAgain={onAgain} isLast={isLast} />}
      {state !== 'waiting' && state !== 'streaming' && (
        <div className="lm-turn__meta">
          <AnswerFacts answer={answer} />
          {text !== '' && <CopyButton text={text} label={t('turn.copy')} />}
          {isLast && state !== 'failed' && (
            <Button variant="link" isInline isDisabled={isBusy} onClick={onAgain}>
              {t('turn.again')}
            </Button>
          )}
        </div>
      )}
    </div>
  )
}
