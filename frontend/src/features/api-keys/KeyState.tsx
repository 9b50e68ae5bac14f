import { Flex, Tooltip } from '@patternfly/react-core'
import { useTranslation } from 'react-i18next'
import { StateLabel } from '../../ui/StateLabel.tsx'
import type { ApiKey } from './key-queries.ts'
import { syncNotice, toneOf } from './key-state.ts'

/** Whether the key works, and what LiteLLM has still to hear about it. */
export function KeyState({ apiKey }: { apiKey: Pick<ApiKey, 'status' | 'syncState' | 'syncMessage'> }) {
  const { t } = useTranslation('api-keys')
  const notice = syncNotice(apiKey)
  return (
    <Flex component="span" gap={{ default: 'gapXs' }}>
      <StateLabel tone={toneOf(apiKey.status)}>{t(`status.${apiKey.status}`)}</StateLabel>
      {notice !== undefined && (
        <Tooltip content={apiKey.syncMessage ?? t(`sync.${notice}Hint`)}>
          {/* A tooltip that the keyboard cannot reach is no tooltip. */}
          <span tabIndex={0}>
            <StateLabel tone={notice === 'failed' ? 'danger' : 'info'}>{t(`sync.${notice}`)}</StateLabel>
          </span>
        </Tooltip>
      )}
    </Flex>
  )
}
