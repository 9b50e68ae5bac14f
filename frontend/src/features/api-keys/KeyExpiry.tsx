import { useTranslation } from 'react-i18next'
import { StateLabel } from '../../ui/StateLabel.tsx'
import { When } from '../../ui/When.tsx'
import type { ApiKey } from './key-queries.ts'
import { endsSoon } from './key-state.ts'

/** When the key ends; marked when that is within a week. */
export function KeyExpiry({ apiKey }: { apiKey: Pick<ApiKey, 'status' | 'expiresAt'> }) {
  const { t } = useTranslation(['api-keys', 'common'])
  const when = <When at={apiKey.expiresAt} none={t('common:state.never')} />
  return endsSoon(apiKey) ? <StateLabel tone="warning">{when}</StateLabel> : when
}
