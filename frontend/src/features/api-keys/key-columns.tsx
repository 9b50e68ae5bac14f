import { Content } from '@patternfly/react-core'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import type { Column } from '../../ui/DataTable.tsx'
import { When } from '../../ui/When.tsx'
import { KeyActions } from './KeyActions.tsx'
import { KeyExpiry } from './KeyExpiry.tsx'
import { KeyModels } from './KeyModels.tsx'
import type { ApiKey } from './key-queries.ts'
import { KeySpend } from './KeySpend.tsx'
import { KeyState } from './KeyState.tsx'

/** What every list of keys shows, whoever they belong to. */
export function useSharedColumns<Key extends ApiKey>() {
  const { t } = useTranslation('api-keys')
  return {
    models: { key: 'models', title: t('column.models'), render: (one) => <KeyModels apiKey={one} /> },
    spend: {
      key: 'spend',
      title: t('column.spend'),
      sort: 'spend',
      render: (one) => <KeySpend apiKey={one} />,
    },
    lastUsed: {
      key: 'lastUsedAt',
      title: t('column.lastUsed'),
      sort: 'lastUsedAt',
      render: (one) => <When at={one.lastUsedAt} />,
    },
    expires: {
      key: 'expiresAt',
      title: t('column.expires'),
      sort: 'expiresAt',
      render: (one) => <KeyExpiry apiKey={one} />,
    },
    state: { key: 'status', title: t('column.state'), render: (one) => <KeyState apiKey={one} /> },
  } satisfies Record<string, Column<Key>>
}

/** One's own keys. */
export function useKeyColumns(mayChange: boolean): ReadonlyArray<Column<ApiKey>> {
  const { t } = useTranslation('api-keys')
  const { models, spend, lastUsed, expires, state } = useSharedColumns<ApiKey>()
  return [
    {
      key: 'name',
      title: t('column.name'),
      sort: 'name',
      render: (one) => (
        <>
          <Link to="/api-keys/$keyId" params={{ keyId: one.id }}>
            {one.name}
          </Link>
          <Content component="small" className="lm-detail lm-code lm-nowrap">
            {one.keyHint}
          </Content>
        </>
      ),
    },
    state,
    models,
    spend,
    lastUsed,
    expires,
    ...(mayChange
      ? [
          {
            key: 'actions',
            title: t('column.actions'),
            isActions: true,
            render: (one: ApiKey) => <KeyActions apiKey={one} isAdmin={false} />,
          },
        ]
      : []),
  ]
}
