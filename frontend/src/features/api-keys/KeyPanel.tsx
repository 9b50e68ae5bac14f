import {
  DrawerActions,
  DrawerCloseButton,
  DrawerHead,
  DrawerPanelBody,
  DrawerPanelContent,
  Flex,
  Skeleton,
  Title,
} from '@patternfly/react-core'
import { useQuery } from '@tanstack/react-query'
import { useEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { useScope } from '../../app/scope.tsx'
import { useSession } from '../../app/session.ts'
import { ErrorState } from '../../ui/ErrorState.tsx'
import { KeyActions } from './KeyActions.tsx'
import { KeyDetails } from './KeyDetails.tsx'
import { anyKeyQuery } from './key-queries.ts'
import { KeyState } from './KeyState.tsx'

/** One key beside the list of all. */
export function KeyPanel({ id, onClose }: { id: string; onClose: () => void }) {
  const { t } = useTranslation('api-keys')
  const scope = useScope()
  const { can } = useSession()
  const { data: key, error, refetch } = useQuery(anyKeyQuery(id, scope.read))
  const title = useRef<HTMLHeadingElement>(null)
  // Whoever opens a key by keyboard goes on reading there.
  useEffect(() => title.current?.focus(), [id])
  return (
    <DrawerPanelContent defaultSize="46rem" minSize="20rem" aria-label={key?.name ?? t('page.loading')}>
      <DrawerHead>
        <Title headingLevel="h2" ref={title} tabIndex={-1}>
          {key?.name ?? t('page.loading')}
        </Title>
        {key && (
          <Flex gap={{ default: 'gapSm' }}>
            <KeyState apiKey={key} />
            <span className="lm-code">{key.keyHint}</span>
          </Flex>
        )}
        <DrawerActions>
          {key && <KeyActions apiKey={key} isAdmin />}
          <DrawerCloseButton onClose={onClose} />
        </DrawerActions>
      </DrawerHead>
      <DrawerPanelBody>
        {error ? (
          <ErrorState error={error} onRetry={() => void refetch()} />
        ) : key === undefined ? (
          <Skeleton height="24rem" />
        ) : (
          <KeyDetails
            apiKey={key}
            read={scope.read}
            hasHistory={can('audit:read')}
            hasSnippets={false}
            isNarrow
          />
        )}
      </DrawerPanelBody>
    </DrawerPanelContent>
  )
}
