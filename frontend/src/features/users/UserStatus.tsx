import { useTranslation } from 'react-i18next'
import { StateLabel } from '../../ui/StateLabel.tsx'
import type { User } from './user-queries.ts'

const tones = { active: 'success', disabled: 'danger', departed: 'neutral' } as const

export function UserStatus({ status }: { status: User['status'] }) {
  const { t } = useTranslation('users')
  return <StateLabel tone={tones[status]}>{t(`status.${status}`)}</StateLabel>
}
