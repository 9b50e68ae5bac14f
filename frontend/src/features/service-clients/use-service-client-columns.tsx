import type { IAction } from '@patternfly/react-table'
import { Button, ClipboardCopy, Tooltip } from '@patternfly/react-core'
import { useTranslation } from 'react-i18next'
import { useScope } from '../../app/scope.tsx'
import type { Column } from '../../ui/DataTable.tsx'
import { RowActions } from '../../ui/RowActions.tsx'
import { StateLabel } from '../../ui/StateLabel.tsx'
import { When } from '../../ui/When.tsx'
import { validSecrets, type ServiceClient } from './service-client-queries.ts'

export type ClientAct = 'edit' | 'secrets' | 'enable' | 'disable' | 'delete'

export function useServiceClientColumns(
  mayWrite: boolean,
  onAct: (act: ClientAct, client: ServiceClient) => void,
): ReadonlyArray<Column<ServiceClient>> {
  const { t } = useTranslation(['service-clients', 'common'])
  const scope = useScope()
  const columns: Array<Column<ServiceClient>> = [
    {
      key: 'name',
      title: t('name'),
      sort: 'name',
      render: (row) => (
        <>
          {row.name}
          {row.description !== '' && <span className="lm-detail lm-subtle">{row.description}</span>}
        </>
      ),
    },
    {
      key: 'clientId',
      title: t('clientId'),
      render: ({ clientId }) => (
        <ClipboardCopy
          isCode
          variant="inline-compact"
          hoverTip={t('common:act.copy')}
          clickTip={t('common:act.copied')}
          copyAriaLabel={t('common:act.copy')}
        >
          {clientId}
        </ClipboardCopy>
      ),
    },
    {
      key: 'scopes',
      title: t('scopes'),
      render: (row) => (
        <Tooltip content={row.scopes.join(', ')}>
          <Button
            variant="link"
            isInline
            className="lm-nowrap"
            onClick={() => onAct(mayWrite ? 'edit' : 'secrets', row)}
          >
            {t('scopeCount', { count: row.scopes.length })}
          </Button>
        </Tooltip>
      ),
    },
    {
      key: 'state',
      title: t('state'),
      render: (row) => (
        <>
          <StateLabel tone={row.status === 'active' ? 'success' : 'neutral'}>
            {t(`status.${row.status}`)}
          </StateLabel>
          <span className="lm-detail lm-subtle">{t('secretCount', { count: validSecrets(row).length })}</span>
        </>
      ),
    },
    { key: 'used', title: t('lastUsed'), sort: 'lastUsedAt', render: (row) => <When at={row.lastUsedAt} /> },
  ]
  if (scope.isAll)
    columns.push({ key: 'org', title: t('organization'), render: (row) => scope.nameOf(row.organizationId) })
  columns.push({
    key: 'actions',
    title: t('common:act.more'),
    isActions: true,
    render: (row) => <Actions client={row} mayWrite={mayWrite} onAct={(act) => onAct(act, row)} />,
  })
  return columns
}

function Actions({
  client,
  mayWrite,
  onAct,
}: {
  client: ServiceClient
  mayWrite: boolean
  onAct: (act: ClientAct) => void
}) {
  const { t } = useTranslation(['service-clients', 'common'])
  const items: IAction[] = [{ title: t('secrets'), onClick: () => onAct('secrets') }]
  if (mayWrite) {
    items.unshift({ title: t('common:act.edit'), onClick: () => onAct('edit') })
    if (client.status === 'active') items.push({ title: t('disable'), onClick: () => onAct('disable') })
    else items.push({ title: t('enable'), onClick: () => onAct('enable') })
    items.push({ isSeparator: true })
    items.push({ title: t('common:act.delete'), onClick: () => onAct('delete'), isDanger: true })
  }
  return <RowActions label={t('common:act.on', { name: client.name })} items={items} />
}
