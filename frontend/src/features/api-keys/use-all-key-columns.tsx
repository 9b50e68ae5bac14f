import { Button, Content } from '@patternfly/react-core'
import { useTranslation } from 'react-i18next'
import { useScope } from '../../app/scope.tsx'
import type { Column } from '../../ui/DataTable.tsx'
import { PersonName } from '../people/PersonName.tsx'
import { KeyActions } from './KeyActions.tsx'
import { useSharedColumns } from './key-columns.tsx'
import type { AdminApiKey } from './key-queries.ts'

interface AllKeyColumns {
  readonly mayWrite: boolean
  onShow(id: string): void
}

/** Keys, and whose they are. */
export function useAllKeyColumns({ mayWrite, onShow }: AllKeyColumns): ReadonlyArray<Column<AdminApiKey>> {
  const { t } = useTranslation('api-keys')
  const scope = useScope()
  const { models, spend, lastUsed, expires, state } = useSharedColumns<AdminApiKey>()
  const actions: Column<AdminApiKey> = {
    key: 'actions',
    title: t('column.actions'),
    isActions: true,
    render: (one) => <KeyActions apiKey={one} isAdmin />,
  }
  return [
    {
      key: 'name',
      title: t('column.name'),
      sort: 'name',
      render: (one) => (
        <>
          <Button variant="link" isInline onClick={() => onShow(one.id)}>
            {one.name}
          </Button>
          <Content component="small" className="lm-detail lm-code lm-nowrap">
            {one.keyHint}
          </Content>
        </>
      ),
    },
    {
      key: 'owner',
      title: t('column.owner'),
      render: (one) => (
        <PersonName detail={scope.isAll ? scope.nameOf(one.organizationId) : one.username}>
          {one.displayName}
        </PersonName>
      ),
    },
    state,
    models,
    spend,
    ...(mayWrite ? [lastUsed, actions] : [lastUsed, expires]),
  ]
}
