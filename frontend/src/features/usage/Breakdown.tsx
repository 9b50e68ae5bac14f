import {
  Button,
  Card,
  CardBody,
  ToggleGroup,
  ToggleGroupItem,
  Toolbar,
  ToolbarContent,
  ToolbarItem,
} from '@patternfly/react-core'
import FilterIcon from '@patternfly/react-icons/dist/esm/icons/filter-icon'
import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useList } from '../../app/use-list.ts'
import { DataTable, type Column } from '../../ui/DataTable.tsx'
import { EmptyHint } from '../../ui/EmptyHint.tsx'
import { useFormats } from '../../ui/formats.ts'
import { Delta } from './Delta.tsx'
import { isNearlyOver, periodOf, type Range } from './ranges.ts'
import { groupsQuery } from './usage-queries.ts'
import type { Dimension, Group, GroupSort, UsageSource } from './usage-source.ts'

interface BreakdownProps {
  readonly source: UsageSource
  readonly range: Range
  readonly now: Date
  readonly dimension: Dimension
  onDimension(dimension: Dimension): void
  /** What the name leads to. */
  nameOf(group: Group, dimension: Dimension): ReactNode
  /** Narrows the page to this one. */
  onNarrow(group: Group, dimension: Dimension): void
}

const sorts: readonly GroupSort[] = [
  '-cost',
  'cost',
  '-requests',
  'requests',
  '-errors',
  'errors',
  '-completionTokens',
  'completionTokens',
  'name',
  '-name',
]

/** Everybody and everything that was used or that called, from one side at a time. */
export function Breakdown(props: BreakdownProps) {
  const { source, range, dimension, onDimension } = props
  const { t } = useTranslation('usage')
  const list = useList({ sort: '-cost' })
  const sort = sorts.find((one) => one === list.sort) ?? '-cost'
  const { limit, offset } = list.query
  const { data, error, refetch } = useQuery(
    groupsQuery(source, dimension, { ...periodOf(range), limit, offset, sort }),
  )
  const columns = useColumns(props)
  return (
    <Card>
      <CardBody>
        <Toolbar>
          <ToolbarContent>
            <ToolbarItem>
              <ToggleGroup aria-label={t('groups.by')} className="lm-toggles">
                {source.dimensions.map((one) => (
                  <ToggleGroupItem
                    key={one}
                    text={t(`dimension.${one}`)}
                    isSelected={one === dimension}
                    onChange={() => onDimension(one)}
                  />
                ))}
              </ToggleGroup>
            </ToolbarItem>
          </ToolbarContent>
        </Toolbar>
        <DataTable
          label={t(`groups.${dimension}`)}
          columns={columns}
          {...list.table({ data, error, refetch })}
          idOf={(group) => `${group.id ?? ''} ${group.organizationId ?? ''}`}
          sort={sort}
          empty={<EmptyHint title={t('trend.empty')} text={t('empty.range')} />}
        />
      </CardBody>
    </Card>
  )
}

function useColumns({ range, now, dimension, nameOf, onNarrow }: BreakdownProps): Array<Column<Group>> {
  const { t } = useTranslation('usage')
  const { money, number, compact, percent, milliseconds } = useFormats()
  // With whole days before it, a range that has just begun would always look like a fall.
  const isComparable = isNearlyOver(range, now)
  return [
    {
      key: 'name',
      title: t(`dimension.${dimension}`),
      sort: 'name',
      render: (group) => nameOf(group, dimension),
    },
    {
      key: 'cost',
      title: t('metric.cost'),
      sort: 'cost',
      isNumber: true,
      render: ({ cost, previous }) => (
        <>
          <div>{money(cost)}</div>
          {isComparable && (
            <small>
              <Delta now={cost} before={previous.cost} meaning="neutral" text={money} isInTable />
            </small>
          )}
        </>
      ),
    },
    {
      key: 'requests',
      title: t('metric.requests'),
      sort: 'requests',
      isNumber: true,
      render: ({ requests }) => number(requests),
    },
    {
      key: 'tokens',
      title: t('groups.tokens'),
      isNumber: true,
      render: ({ promptTokens, completionTokens }) => (
        <span className="lm-nowrap">
          {t('groups.inOut', { input: compact(promptTokens), output: compact(completionTokens) })}
        </span>
      ),
    },
    {
      key: 'success',
      title: t('figure.success'),
      isNumber: true,
      render: ({ successRate }) => (successRate === null ? t('figure.none') : percent(successRate)),
    },
    {
      key: 'duration',
      title: t('figure.duration'),
      isNumber: true,
      render: ({ averageDurationMs }) =>
        averageDurationMs === null ? t('figure.none') : milliseconds(averageDurationMs),
    },
    {
      key: 'narrow',
      title: t('groups.narrow'),
      isActions: true,
      render: (group) =>
        group.id === null ? null : (
          <Button
            variant="plain"
            size="sm"
            icon={<FilterIcon />}
            aria-label={t('groups.narrowTo', { name: group.name ?? group.id })}
            onClick={() => onNarrow(group, dimension)}
          />
        ),
    },
  ]
}
