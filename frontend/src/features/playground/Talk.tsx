import { Bullseye, Content } from '@patternfly/react-core'
import { useEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { AnswerTurn } from './AnswerTurn.tsx'
import { QuestionTurn } from './QuestionTurn.tsx'
import type { Conversation } from './use-conversation.ts'

interface TalkProps {
  readonly model: string
  readonly conversation: Conversation
  /** Asks all sides the same, when one question is corrected. */
  onCorrect(place: number, text: string): void
}

/** One conversation; stays at its end while somebody reads there. */
export function Talk({ model, conversation, onCorrect }: TalkProps) {
  const { t } = useTranslation('playground')
  const { turns, isBusy } = conversation
  const { place, content, onScroll } = useStayAtEnd()
  return (
    <div
      ref={place}
      className="lm-talk"
      role="log"
      aria-label={t('talk.label', { model })}
      // Read out when it is complete, not word by word.
      aria-busy={isBusy}
      tabIndex={0}
      onScroll={onScroll}
    >
      <div ref={content}>
        {turns.length === 0 && (
          <Bullseye>
            <Content component="p">{t('talk.empty', { model })}</Content>
          </Bullseye>
        )}
        {turns.map((turn, index) =>
          turn.role === 'user' ? (
            <QuestionTurn
              key={turn.id}
              question={turn}
              isBusy={isBusy}
              onCorrect={(text) => onCorrect(index, text)}
            />
          ) : (
            <AnswerTurn
              key={turn.id}
              answer={turn}
              isLast={index === turns.length - 1}
              isBusy={isBusy}
              onAgain={() => void conversation.again()}
            />
          ),
        )}
      </div>
    </div>
  )
}

/** So near to the end somebody reads along. */
const NEAR_PX = 80

/** Follows what grows, until somebody scrolls back to read. */
function useStayAtEnd() {
  const place = useRef<HTMLDivElement>(null)
  const content = useRef<HTMLDivElement>(null)
  const isFollowing = useRef(true)
  const lastTop = useRef(0)
  useEffect(() => {
    if (!content.current) return
    const observer = new ResizeObserver(() => {
      if (place.current && isFollowing.current) place.current.scrollTop = place.current.scrollHeight
    })
    observer.observe(content.current)
    return () => observer.disconnect()
  }, [])
  const onScroll = () => {
    if (!place.current) return
    const { scrollTop, scrollHeight, clientHeight } = place.current
    const isNear = scrollHeight - scrollTop - clientHeight < NEAR_PX
    // What grows below is no reason to stop; only somebody who goes up is.
    if (isNear) isFollowing.current = true
    else if (scrollTop < lastTop.current) isFollowing.current = false
    lastTop.current = scrollTop
  }
  return { place, content, onScroll }
}
