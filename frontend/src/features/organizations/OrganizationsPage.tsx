import { Button } from '@patternfly/react-core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useSession } from '../../app/session.ts'
import { useList } from '../../app/use-list.ts'
import { DataTable, type Column } from '../../ui/DataTable.tsx'
import { EmptyHint } from '../../ui/EmptyHint.tsx'
import { FilterBar } from '../../ui/FilterBar.tsx'
import { useFormats } from '../../ui/formats.ts'
import { PageFrame } from '../../ui/PageFrame.tsx'
import { SpendBar } from '../../ui/SpendBar.tsx'
import { RowActions } from '../../ui/RowActions.tsx'
import { CreateOrganizationDialog } from './CreateOrganizationDialog.tsx'
import { EditOrganizationDialog, OrganizationStatusDialog } from './OrganizationDialogs.tsx'
import { OrganizationLabels } from './OrganizationLabels.tsx'
import { organizationsQuery, type Organization } from './organization-queries.ts'

type Act = { readonly kind: 'edit' | 'status'; readonly organization: Organization }

/** Every organization of the installation. */
export function OrganizationsPage() {
  const { t } = useTranslation('organizations')
  const { isPlatformAdmin } = useSession()
  const list = useList()
  const found = useQuery(organizationsQuery(list.query))
  const [isCreating, setIsCreating] = useState(false)
  const [act, setAct] = useState<Act>()
  const columns = useColumns(isPlatformAdmin ? setAct : undefined)
  const close = () => setAct(undefined)
  const search = list.filters['search']
  const create = isPlatformAdmin && <Button onClick={() => setIsCreating(true)}>{t('create.open')}</Button>
  return (
    <PageFrame title={t('title')} description={t('description')} {...(create ? { actions: create } : {})}>
      <FilterBar
        search={{
          label: t('searchLabel'),
          value: typeof search === 'string' ? search : undefined,
          onChange: (text) => list.setFilter('search', text),
        }}
        filters={[
          {
            name: 'status',
            label: t('column.status'),
            options: (['active', 'suspended'] as const).map((value) => ({
              value,
              label: t(`status.${value}`),
            })),
          },
        ]}
        {...list.filterBar}
      />
      <DataTable
        label={t('title')}
        columns={columns}
        {...list.table(found)}
        idOf={(one) => one.id}
        empty={<EmptyHint title={t('none')} text={t('noneText')} {...(create ? { action: create } : {})} />}
      />
      {isCreating && <CreateOrganizationDialog onClose={() => setIsCreating(false)} />}
      {act?.kind === 'edit' && <EditOrganizationDialog organization={act.organization} onClose={close} />}
      {act?.kind === 'status' && <OrganizationStatusDialog organization={act.organization} onClose={close} />}
    </PageFrame>
  )
}

function useColumns(onAct: ((act: Act) => void) | undefined): ReadonlyArray<Column<Organization>> {
  const { t } = useTranslation(['organizations', 'people', 'common'])
  const { number, date } = useFormats()
  const columns: ReadonlyArray<Column<Organization>> = [
    {
      key: 'name',
      title: t('column.organization'),
      sort: 'name',
      render: (one) => (
        <>
          <Link to="/admin/organizations/$organizationId" params={{ organizationId: one.id }} search={{}}>
            {one.name}
          </Link>{' '}
          <OrganizationLabels organization={one} />
        </>
      ),
    },
    {
      key: 'members',
      title: t('column.members'),
      sort: 'members',
      isNumber: true,
      render: (one) => number(one.members),
    },
    {
      key: 'teams',
      title: t('column.teams'),
      sort: 'teams',
      isNumber: true,
      render: (one) => number(one.teams),
    },
    { key: 'keys', title: t('column.keys'), sort: 'keys', isNumber: true, render: (one) => number(one.keys) },
    {
      key: 'spend',
      title: t('column.spend'),
      sort: 'spend',
      render: (one) =>
        one.spend === null ? (
          t('noBudget')
        ) : (
          <SpendBar label={t('column.spend')} spent={one.spend} limit={one.maxBudget} />
        ),
    },
    { key: 'since', title: t('column.since'), sort: 'createdAt', render: (one) => date(one.createdAt) },
  ]
  if (!onAct) return columns
  const actions: Column<Organization> = {
    key: 'actions',
    title: t('common:act.more'),
    isActions: true,
    render: (organization) => (
      <RowActions
        label={t('people:actsOn', { name: organization.name })}
        items={[
          { title: t('common:act.edit'), onClick: () => onAct({ kind: 'edit', organization }) },
          ...(organization.isDefault
            ? []
            : [
                {
                  title: organization.status === 'active' ? t('suspend.act') : t('activate.act'),
                  isDanger: organization.status === 'active',
                  onClick: () => onAct({ kind: 'status', organization }),
                },
              ]),
        ]}
      />
    ),
  }
  return [...columns, actions]
}
