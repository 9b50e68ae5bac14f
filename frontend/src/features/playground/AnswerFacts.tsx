import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { useFormats } from '../../ui/formats.ts'
import { speedOf, type Answer } from './conversation.ts'
import { bookedCostQuery } from './playground-queries.ts'

/** Tokens, cost as it was booked, and how long it took. */
export function AnswerFacts({ answer }: { answer: Answer }) {
  const { t } = useTranslation('playground')
  const { number, money, milliseconds } = useFormats()
  const { data: booked, isFetching } = useQuery(bookedCostQuery(answer.requestId))
  const { usage, firstAfter, doneAfter } = answer
  const speed = speedOf(answer)
  return (
    <>
      {usage && (
        <span>
          {t('fact.tokens', { prompt: number(usage.prompt), completion: number(usage.completion) })}
        </span>
      )}
      {answer.requestId !== undefined && (
        <span>
          {booked
            ? t('fact.cost', { cost: money(booked.cost) })
            : isFetching
              ? t('fact.costSoon')
              : t('fact.costLater')}
        </span>
      )}
      {firstAfter !== undefined && <span>{t('fact.first', { time: milliseconds(firstAfter) })}</span>}
      {doneAfter !== undefined && answer.state !== 'failed' && (
        <span>{t('fact.total', { time: milliseconds(doneAfter) })}</span>
      )}
      {speed !== undefined && <span>{t('fact.speed', { speed: number(Math.round(speed)) })}</span>}
    </>
  )
}
