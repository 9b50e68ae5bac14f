import './usage.css'
import { Button, Flex, FlexItem } from '@patternfly/react-core'
import DownloadIcon from '@patternfly/react-icons/dist/esm/icons/download-icon'
import ChartBarIcon from '@patternfly/react-icons/dist/esm/icons/chart-bar-icon'
import { queryOptions, useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '../../app/api.ts'
import { LinkButton } from '../../app/LinkButton.tsx'
import { useSession } from '../../app/session.ts'
import { EmptyHint } from '../../ui/EmptyHint.tsx'
import { FilterBar, type Filter } from '../../ui/FilterBar.tsx'
import { PageFrame } from '../../ui/PageFrame.tsx'
import { callQueryOf } from './call-search.ts'
import { ExportDialog } from './ExportDialog.tsx'
import { Freshness } from './Freshness.tsx'
import { periodOf, type Period } from './ranges.ts'
import { RangePicker } from './RangePicker.tsx'
import { groupsQuery } from './usage-queries.ts'
import { mySource, type Dimension, type Group } from './usage-source.ts'
import { UsageTabs } from './UsageTabs.tsx'
import { textOf, useUsageSearch } from './use-usage-search.ts'

/** What I used: how much, of what, with which key, how well it went, and call by call. */
export function UsagePage() {
  const { t } = useTranslation('usage')
  const { search, range, now, setRange, change } = useUsageSearch()
  const [isExporting, setIsExporting] = useState(false)
  const modelId = textOf(search['modelId'])
  const apiKeyId = textOf(search['apiKeyId'])
  const source = useMemo(
    () => mySource({ ...(modelId ? { modelId } : {}), ...(apiKeyId ? { apiKeyId } : {}) }),
    [modelId, apiKeyId],
  )
  const filters = useMyFilters(periodOf(range))
  const { data: hasCalled } = useQuery(hasEverCalledQuery)
  if (hasCalled === false) return <NothingYet />
  return (
    <PageFrame
      title={t('title')}
      description={t('description')}
      actions={
        <Flex columnGap={{ default: 'columnGapSm' }} rowGap={{ default: 'rowGapSm' }}>
          <FlexItem>
            {' '}
            <RangePicker range={range} onChange={setRange} />
          </FlexItem>
          <Button variant="secondary" icon={<DownloadIcon />} onClick={() => setIsExporting(true)}>
            {t('common:act.export')}
          </Button>
        </Flex>
      }
    >
      <FilterBar
        filters={filters}
        values={search}
        onChange={(name, value) => change({ [name]: value, page: undefined })}
        onClear={() => change({ modelId: undefined, apiKeyId: undefined })}
      />
      <Freshness source={source} range={range} now={now} />
      <UsageTabs
        source={source}
        range={range}
        now={now}
        search={search}
        onSearch={change}
        sides={['model', 'key']}
        nameOf={(group, dimension) => <MyName group={group} dimension={dimension} />}
        onNarrow={({ id }, dimension) =>
          change({ [dimension === 'key' ? 'apiKeyId' : 'modelId']: id ?? undefined, tab: undefined })
        }
      />
      {isExporting && (
        <ExportDialog
          source={source}
          range={range}
          query={search['tab'] === 'calls' ? callQueryOf(search) : {}}
          onClose={() => setIsExporting(false)}
        />
      )}
    </PageFrame>
  )
}

const hasEverCalledQuery = queryOptions({
  queryKey: ['usage', 'ever'],
  queryFn: async () => (await api.listUsageLogs({ query: { limit: 1 } })).data.length > 0,
})

/** Before the first call there is nothing to draw; the way to one is the home page's. */
function NothingYet() {
  const { t } = useTranslation('usage')
  const { can } = useSession()
  return (
    <PageFrame title={t('title')} description={t('description')}>
      <EmptyHint
        title={t('empty.title')}
        text={t('empty.text')}
        icon={ChartBarIcon}
        action={can('models:call') ? <LinkButton to="/">{t('empty.act')}</LinkButton> : undefined}
      />
    </PageFrame>
  )
}

/** The models and keys that were used in the time that is shown. */
function useMyFilters(period: Period): readonly Filter[] {
  const { t } = useTranslation('usage')
  const all = useMemo(() => mySource({}), [])
  const query = { ...period, limit: 100, sort: 'name' as const }
  const { data: models } = useQuery(groupsQuery(all, 'model', query))
  const { data: keys } = useQuery(groupsQuery(all, 'key', query))
  const optionsOf = (groups: readonly Group[] = []) =>
    groups.flatMap(({ id, name }) => (id === null ? [] : [{ value: id, label: name ?? id }]))
  return [
    { name: 'modelId', label: t('dimension.model'), options: optionsOf(models?.data) },
    { name: 'apiKeyId', label: t('dimension.key'), options: optionsOf(keys?.data) },
  ]
}

function MyName({
  group: { id, name },
  dimension,
}: {
  readonly group: Group
  readonly dimension: Dimension
}) {
  const { t } = useTranslation('usage')
  if (id === null) return <>{t('nobody.model')}</>
  return dimension === 'key' ? (
    <Link to="/api-keys/$keyId" params={{ keyId: id }}>
      {name ?? t('nobody.key')}
    </Link>
  ) : (
    <Link to="/models/$modelId" params={{ modelId: id }}>
      {name ?? t('nobody.model')}
    </Link>
  )
}
