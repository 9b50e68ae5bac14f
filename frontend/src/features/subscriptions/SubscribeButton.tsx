import { Button, Tooltip, type ButtonProps } from '@patternfly/react-core'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useSession } from '../../app/session.ts'
import { useToasts } from '../../ui/Toasts.tsx'
import { RequestAccessDialog, type Wanted } from './RequestAccessDialog.tsx'
import { subscriptionQuery, useSubscribing, type SubscriptionStatus } from './subscription-queries.ts'

interface SubscribableModel extends Wanted {
  readonly availability: 'available' | 'unavailable' | 'disabled'
  readonly mySubscription: { readonly id: string; readonly status: SubscriptionStatus } | null
}

const LIVE: readonly SubscriptionStatus[] = ['pending', 'active', 'suspended']

/** Whether there is anything to subscribe to: not what one has, waits for, or has lost for a while. */
export const isSubscribable = ({
  availability,
  mySubscription,
}: Omit<SubscribableModel, keyof Wanted>): boolean =>
  availability === 'available' && (mySubscription === null || !LIVE.includes(mySubscription.status))

interface SubscribeButtonProps extends Pick<ButtonProps, 'variant' | 'size' | 'isBlock'> {
  readonly model: SubscribableModel
}

/** One click for an open model; a few words to the reviewers for a restricted one. Nothing where there is nothing to do. */
export function SubscribeButton({ model, ...look }: SubscribeButtonProps) {
  const { t } = useTranslation('subscriptions')
  const { can } = useSession()
  const { fail } = useToasts()
  const [asked, setAsked] = useState<{ again?: { id: string; decisionReason?: string | null } }>()
  const queries = useQueryClient()
  const subscribe = useSubscribing()
  if (!can('subscriptions:create') || !isSubscribable(model)) return null
  const denied = model.mySubscription?.status === 'denied' ? model.mySubscription.id : undefined
  const askAgain = async (id: string) => {
    // Why it was denied helps to say it better; without that one can ask, too.
    const before = await queries.fetchQuery(subscriptionQuery(id)).catch(() => undefined)
    setAsked({ again: { id, decisionReason: before?.decisionReason ?? null } })
  }
  const act = () => {
    if (denied !== undefined) void askAgain(denied)
    else if (model.isRestricted) setAsked({})
    else subscribe.mutate({ models: [model] }, { onError: fail })
  }
  const button = (
    <Button {...look} isLoading={subscribe.isPending} isDisabled={subscribe.isPending} onClick={act}>
      {denied !== undefined ? t('act.askAgain') : model.isRestricted ? t('act.request') : t('act.subscribe')}
      <span className="pf-v6-screen-reader"> {model.name}</span>
    </Button>
  )
  return (
    <>
      {model.isRestricted && denied === undefined ? (
        <Tooltip content={t('request.restricted')}>{button}</Tooltip>
      ) : (
        button
      )}
      {asked && <RequestAccessDialog models={[model]} {...asked} onClose={() => setAsked(undefined)} />}
    </>
  )
}
