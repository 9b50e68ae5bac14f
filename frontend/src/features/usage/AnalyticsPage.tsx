import './usage.css'
import { Button, Flex, FlexItem } from '@patternfly/react-core'
import DownloadIcon from '@patternfly/react-icons/dist/esm/icons/download-icon'
import { useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { ListSearch } from '../../app/list-search.ts'
import { ScopePicker, useScope } from '../../app/scope.tsx'
import { useSession } from '../../app/session.ts'
import { PageFrame } from '../../ui/PageFrame.tsx'
import { AnalyticsFilters, filterNames } from './AnalyticsFilters.tsx'
import { callQueryOf } from './call-search.ts'
import { DataQuality } from './quality/DataQuality.tsx'
import { ExportDialog } from './ExportDialog.tsx'
import { Freshness } from './Freshness.tsx'
import { GroupName } from './GroupName.tsx'
import { periodOf } from './ranges.ts'
import { RangePicker } from './RangePicker.tsx'
import { anySource, dimensions, type AnyFilters } from './usage-source.ts'
import { UsageTabs } from './UsageTabs.tsx'
import { listOf, useUsageSearch } from './use-usage-search.ts'

/** What everybody used: of one's teams, of the organization, or of all. */
export function AnalyticsPage() {
  const { t } = useTranslation('usage')
  const { isPlatformReader } = useSession()
  const scope = useScope()
  const { search, range, now, setRange, change } = useUsageSearch()
  const [isExporting, setIsExporting] = useState(false)
  const filters = filtersOf(search)
  // One object for the same question, whatever the page is drawn again for.
  const question = JSON.stringify([scope.read, filters])
  const source = useMemo(() => {
    const [read, chosen]: [typeof scope.read, AnyFilters] = JSON.parse(question)
    return anySource(read, chosen)
  }, [question])
  return (
    <PageFrame
      title={t('analytics.title')}
      description={t('analytics.description')}
      actions={
        <Flex columnGap={{ default: 'columnGapSm' }} rowGap={{ default: 'rowGapSm' }}>
          <FlexItem>
            <ScopePicker />
          </FlexItem>
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
      <AnalyticsFilters
        scope={scope.read}
        period={periodOf(range)}
        filters={filters}
        dimensions={source.dimensions}
        onChange={(dimension, chosen) => change({ [filterNames[dimension]]: chosen, page: undefined })}
        onClear={() =>
          change(Object.fromEntries(Object.values(filterNames).map((name) => [name, undefined])))
        }
      />
      <Freshness source={source} range={range} now={now} />
      <UsageTabs
        source={source}
        range={range}
        now={now}
        search={search}
        onSearch={change}
        sides={scope.isAll ? ['organization', 'model'] : ['user', 'model']}
        nameOf={(group, dimension) => <GroupName group={group} dimension={dimension} />}
        onNarrow={({ id }, dimension) => change({ [filterNames[dimension]]: id === null ? [] : [id] })}
        more={
          isPlatformReader
            ? [{ key: 'quality', title: t('tab.quality'), render: () => <DataQuality range={range} /> }]
            : []
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

function filtersOf(search: ListSearch): AnyFilters {
  const chosen = dimensions.map((dimension) => {
    const name = filterNames[dimension]
    return [name, listOf(search[name])] as const
  })
  return Object.fromEntries(chosen.filter(([, values]) => values.length > 0))
}
