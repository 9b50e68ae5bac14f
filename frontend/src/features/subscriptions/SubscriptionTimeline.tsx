import { Content, ProgressStep, ProgressStepper, Skeleton } from '@patternfly/react-core'
import { useTranslation } from 'react-i18next'
import { useSession } from '../../app/session.ts'
import { ErrorState } from '../../ui/ErrorState.tsx'
import { useFormats } from '../../ui/formats.ts'
import type { SubscriptionEvent } from './subscription-queries.ts'
import { happeningOf, stepOf } from './subscription-timeline.ts'

interface SubscriptionTimelineProps {
  readonly events: readonly SubscriptionEvent[] | undefined
  readonly error: unknown
  /** Whose subscription it is; one's own when absent. */
  readonly userId?: string
  onRetry(): void
}

/** Every change of state, oldest first: who, when, and why. */
export function SubscriptionTimeline({ events, error, userId, onRetry }: SubscriptionTimelineProps) {
  const { t } = useTranslation('subscriptions')
  const { user } = useSession()
  if (error !== null && error !== undefined) return <ErrorState error={error} onRetry={onRetry} />
  if (events === undefined) return <Skeleton height="8rem" screenreaderText={t('common:state.loading')} />
  return (
    <ProgressStepper isVertical aria-label={t('history.title')}>
      {events.map((event, index) => (
        <ProgressStep
          key={event.id}
          id={`${event.id}-step`}
          titleId={`${event.id}-title`}
          variant={stepOf[event.to]}
          isCurrent={index === events.length - 1}
          description={<EventDetails event={event} />}
        >
          <Happening event={event} userId={userId ?? user.id} />
        </ProgressStep>
      ))}
    </ProgressStepper>
  )
}

function EventDetails({ event }: { event: SubscriptionEvent }) {
  const { t } = useTranslation('subscriptions')
  const { user } = useSession()
  const { dateTime } = useFormats()
  const { actorId, actorName, reason, at } = event
  const who =
    actorId === null
      ? t('history.bySystem')
      : actorId === user.id
        ? t('history.byYou')
        : actorName === null || actorName === undefined
          ? t('history.byReviewer')
          : t('history.by', { name: actorName })
  return (
    <>
      <Content component="small">
        <time dateTime={at}>{dateTime(at)}</time> · {who}
      </Content>
      {reason !== null && <Content component="p">{t('history.quote', { text: reason })}</Content>}
    </>
  )
}

function Happening({ event, userId }: { event: SubscriptionEvent; userId: string }) {
  const { t } = useTranslation('subscriptions')
  const happening = happeningOf(event, userId)
  return t(`happening.${happening}`)
}
