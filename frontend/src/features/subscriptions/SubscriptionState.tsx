import { useTranslation } from 'react-i18next'
import { StateLabel, type Tone } from '../../ui/StateLabel.tsx'
import type { SubscriptionStatus } from './subscription-queries.ts'

const tones: Readonly<Record<SubscriptionStatus, Tone>> = {
  pending: 'info',
  active: 'success',
  denied: 'danger',
  suspended: 'warning',
  cancelled: 'neutral',
  expired: 'neutral',
}

export const statuses = ['pending', 'active', 'denied', 'suspended', 'cancelled', 'expired'] as const

export function SubscriptionState({ status }: { status: SubscriptionStatus }) {
  const { t } = useTranslation('subscriptions')
  return <StateLabel tone={tones[status]}>{t(`status.${status}`)}</StateLabel>
}
