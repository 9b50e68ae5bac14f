import { Button, TextArea } from '@patternfly/react-core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Question } from './conversation.ts'

interface QuestionTurnProps {
  readonly question: Question
  readonly isBusy: boolean
  onCorrect(text: string): void
}

/** Whoever chose to edit wants to type. */
const focusOnce = (element: HTMLTextAreaElement | null) => element?.focus()

/** What somebody asked; it can be asked differently. */
export function QuestionTurn({ question, isBusy, onCorrect }: QuestionTurnProps) {
  const { t } = useTranslation(['playground', 'common'])
  const [text, setText] = useState<string>()
  if (text !== undefined) {
    const send = () => {
      setText(undefined)
      onCorrect(text.trim())
    }
    return (
      <div className="lm-turn lm-turn__edit">
        <TextArea
          aria-label={t('turn.editLabel')}
          value={text}
          autoResize
          ref={focusOnce}
          onChange={(_event, next) => setText(next)}
        />
        <div className="lm-turn__meta">
          <Button variant="secondary" size="sm" isDisabled={text.trim() === ''} onClick={send}>
            {t('turn.askAgain')}
          </Button>
          <Button variant="link" size="sm" onClick={() => setText(undefined)}>
            {t('common:act.cancel')}
          </Button>
        </div>
      </div>
    )
  }
  return (
    <div className="lm-turn lm-turn--mine">
      <div className="lm-turn__said">{question.text}</div>
      <div className="lm-turn__meta">
        <Button variant="link" isInline isDisabled={isBusy} onClick={() => setText(question.text)}>
          {t('common:act.edit')}
        </Button>
      </div>
    </div>
  )
}
