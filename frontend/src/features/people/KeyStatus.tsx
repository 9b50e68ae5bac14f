import { useTranslation } from 'react-i18next'
import { StateLabel } from '../../ui/StateLabel.tsx'

const tones = { active: 'success', disabled: 'warning', expired: 'neutral', revoked: 'neutral' } as const

export function KeyStatus({ status }: { status: keyof typeof tones }) {
  const { t } = useTranslation('people')
  return <StateLabel tone={tones[status]}>{t(`keyStatus.${status}`)}</StateLabel>
}
