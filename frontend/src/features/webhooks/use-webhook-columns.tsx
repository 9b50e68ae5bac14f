import { Button } from '@patternfly/react-core'
import type { IAction } from '@patternfly/react-table'
import { useTranslation } from 'react-i18next'
import { useScope } from '../../app/scope.tsx'
import type { Column } from '../../ui/DataTable.tsx'
import { RowActions } from '../../ui/RowActions.tsx'
import { StateLabel } from '../../ui/StateLabel.tsx'
import { When } from '../../ui/When.tsx'
import type { Webhook } from './webhook-queries.ts'

export type WebhookAct =
  'edit' | 'test' | 'deliveries' | 'verify' | 'rotate' | 'enable' | 'disable' | 'delete'

export function useWebhookColumns(
  mayWrite: boolean,
  onAct: (act: WebhookAct, webhook: Webhook) => void,
): ReadonlyArray<Column<Webhook>> {
  const { t } = useTranslation(['webhooks', 'common'])
  const scope = useScope()
  const columns: Array<Column<Webhook>> = [
    {
      key: 'name',
      title: t('name'),
      sort: 'name',
      render: (row) => (
        <>
          <Button variant="link" isInline onClick={() => onAct('deliveries', row)}>
            {row.name}
          </Button>
          <span className="lm-detail lm-subtle">{row.url}</span>
        </>
      ),
    },
    {
      key: 'events',
      title: t('events'),
      isNumber: true,
      render: (row) => (
        <span title={row.eventNames.join(', ')}>{t('eventCount', { count: row.eventNames.length })}</span>
      ),
    },
    { key: 'state', title: t('state'), sort: 'failingSince', render: (row) => <State webhook={row} /> },
    {
      key: 'created',
      title: t('createdAt'),
      sort: 'createdAt',
      render: (row) => <When at={row.createdAt} />,
    },
  ]
  if (scope.isAll)
    columns.push({ key: 'org', title: t('organization'), render: (row) => scope.nameOf(row.organizationId) })
  columns.push({
    key: 'actions',
    title: t('common:act.more'),
    isActions: true,
    render: (row) => <Actions webhook={row} mayWrite={mayWrite} onAct={(act) => onAct(act, row)} />,
  })
  return columns
}

/** Whether it works, and why not. */
export function State({ webhook }: { webhook: Webhook }) {
  const { t } = useTranslation('webhooks')
  if (!webhook.isEnabled)
    return (
      <>
        <StateLabel tone={webhook.disabledBecause === 'person' ? 'neutral' : 'danger'}>{t('off')}</StateLabel>
        {webhook.disabledBecause !== null && (
          <span className="lm-detail lm-subtle">{t(`because.${webhook.disabledBecause}`)}</span>
        )}
      </>
    )
  if (webhook.failingSince !== null)
    return (
      <>
        <StateLabel tone="warning">{t('failing')}</StateLabel>
        <span className="lm-detail lm-subtle">
          {t('since')} <When at={webhook.failingSince} />
        </span>
      </>
    )
  return <StateLabel tone="success">{t('on')}</StateLabel>
}

interface ActionsProps {
  readonly webhook: Webhook
  readonly mayWrite: boolean
  onAct(act: WebhookAct): void
}

function Actions({ webhook, mayWrite, onAct }: ActionsProps) {
  const { t } = useTranslation(['webhooks', 'common'])
  const items: IAction[] = [{ title: t('deliveries'), onClick: () => onAct('deliveries') }]
  if (mayWrite) {
    items.push({ title: t('test'), onClick: () => onAct('test') })
    items.push({ title: t('common:act.edit'), onClick: () => onAct('edit') })
    items.push({ title: t('rotate'), onClick: () => onAct('rotate') })
  }
  items.push({ title: t('verifyTitle'), onClick: () => onAct('verify') })
  if (mayWrite) {
    if (webhook.isEnabled) items.push({ title: t('disable'), onClick: () => onAct('disable') })
    else items.push({ title: t('enable'), onClick: () => onAct('enable') })
    items.push({ isSeparator: true })
    items.push({ title: t('common:act.delete'), onClick: () => onAct('delete'), isDanger: true })
  }
  return <RowActions label={t('common:act.on', { name: webhook.name })} items={items} />
}
