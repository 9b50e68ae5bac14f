import { Alert, Content, Skeleton, Switch } from '@patternfly/react-core'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { DataTable, type Column } from '../../ui/DataTable.tsx'
import { ErrorState } from '../../ui/ErrorState.tsx'
import { preferencesQuery, useSetPreferences, type Preference } from './profile-queries.ts'

/** What one is told, and by which way. */
export function NotificationChoices() {
  const { t } = useTranslation(['profile', 'notifications'])
  const { data, error, refetch } = useQuery(preferencesQuery)
  const { mutate } = useSetPreferences()
  if (error && !data) return <ErrorState error={error} onRetry={() => void refetch()} />
  if (!data) return <Skeleton height="16rem" />
  const set = (changed: Preference) =>
    mutate(data.preferences.map((one) => (one.kind === changed.kind ? changed : one)))
  const columns: ReadonlyArray<Column<Preference>> = [
    {
      key: 'kind',
      title: t('notifications:kindLabel'),
      render: ({ kind }) => (
        <>
          {t(`notifications:kind.${kind}.title`)}
          <span className="lm-detail lm-subtle">{t(`notifications:kind.${kind}.hint`)}</span>
        </>
      ),
    },
    {
      key: 'inApp',
      title: t('inApp'),
      render: (row) => (
        <Switch
          id={`in-app-${row.kind}`}
          aria-label={t('inAppFor', { kind: t(`notifications:kind.${row.kind}.title`) })}
          isChecked={row.inApp}
          onChange={(_event, inApp) => set({ ...row, inApp })}
        />
      ),
    },
    {
      key: 'email',
      title: t('byEmail'),
      render: (row) => (
        <Switch
          id={`email-${row.kind}`}
          aria-label={t('byEmailFor', { kind: t(`notifications:kind.${row.kind}.title`) })}
          isChecked={row.email}
          isDisabled={!data.isEmailAvailable}
          onChange={(_event, email) => set({ ...row, email })}
        />
      ),
    },
  ]
  return (
    <>
      <Content component="p">
        {data.emailAddress === null ? t('choicesText') : t('choicesTextWith', { address: data.emailAddress })}
      </Content>
      {!data.isEmailAvailable && (
        <Alert
          isInline
          variant="info"
          component="p"
          title={data.emailAddress === null ? t('noAddress') : t('noEmail')}
        />
      )}
      <DataTable label={t('choices')} columns={columns} rows={data.preferences} idOf={(row) => row.kind} />
    </>
  )
}
