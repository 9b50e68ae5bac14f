import { Alert, Button, List, ListItem, Skeleton, Title } from '@patternfly/react-core'
import { Table, Tbody, Td, Th, Thead, Tr } from '@patternfly/react-table'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { useFormats } from '../../ui/formats.ts'
import { ErrorState } from '../../ui/ErrorState.tsx'
import { driftQuery, type Drift } from './catalogue-queries.ts'

/** Our catalogue beside LiteLLM's: what differs, and what will be done about it. */
export function DriftReport() {
  const { t } = useTranslation('catalogue')
  const { ago } = useFormats()
  const { data, error, refetch, isFetching } = useQuery(driftQuery)
  if (error) return <ErrorState error={error} onRetry={() => void refetch()} />
  if (!data) return <Skeleton height="6rem" />
  return (
    <div className="lm-stack">
      <Alert
        isInline
        component="p"
        variant={data.isInAgreement ? 'success' : 'warning'}
        title={t(data.isInAgreement ? 'drift.agreedTitle' : 'drift.differsTitle')}
        actionLinks={
          <Button variant="link" isInline isLoading={isFetching} onClick={() => void refetch()}>
            {t('drift.again')}
          </Button>
        }
      >
        {t('drift.checked', { ago: ago(data.checkedAt) })}
      </Alert>
      <Names kind="added" names={data.added} />
      <Names kind="gone" names={data.gone} />
      <Updates updates={data.updated} />
      <Names kind="waiting" names={data.waiting} />
      <Names kind="refused" names={data.refused} />
      <Rejected rejected={data.rejected} />
    </div>
  )
}

function Names({
  kind,
  names,
}: {
  kind: 'added' | 'gone' | 'waiting' | 'refused'
  names: readonly string[]
}) {
  const { t } = useTranslation('catalogue')
  if (names.length === 0) return null
  return (
    <section>
      <Title headingLevel="h3" size="md">
        {t(`drift.${kind}`, { count: names.length })}
      </Title>
      <p>{t(`drift.${kind}Hint`)}</p>
      <List isPlain>
        {names.map((name) => (
          <ListItem key={name} className="lm-code">
            {name}
          </ListItem>
        ))}
      </List>
    </section>
  )
}

function Updates({ updates }: { updates: Drift['updated'] }) {
  const { t } = useTranslation('catalogue')
  if (updates.length === 0) return null
  const rows = updates.flatMap(({ name, changes }) =>
    changes.length === 0
      ? [{ name, field: t('drift.comesBack'), before: '', after: '' }]
      : changes.map(({ field, before, after }) => ({
          name,
          field,
          before: valueText(before),
          after: valueText(after),
        })),
  )
  const head = [t('column.name'), t('drift.field'), t('drift.here'), t('drift.there')]
  return (
    <section>
      <Title headingLevel="h3" size="md">
        {t('drift.updated', { count: updates.length })}
      </Title>
      <p>{t('drift.updatedHint')}</p>
      <Table
        variant="compact"
        gridBreakPoint="grid-md"
        aria-label={t('drift.updated', { count: updates.length })}
      >
        <Thead>
          <Tr>
            {head.map((title) => (
              <Th key={title}>{title}</Th>
            ))}
          </Tr>
        </Thead>
        <Tbody>
          {rows.map(({ name, field, before, after }) => (
            <Tr key={`${name} ${field}`}>
              <Td dataLabel={head[0] ?? ''} className="lm-code">
                {name}
              </Td>
              <Td dataLabel={head[1] ?? ''}>{field}</Td>
              <Td dataLabel={head[2] ?? ''}>{before}</Td>
              <Td dataLabel={head[3] ?? ''}>{after}</Td>
            </Tr>
          ))}
        </Tbody>
      </Table>
    </section>
  )
}

const valueText = (value: unknown): string =>
  value === null || value === undefined ? '–' : typeof value === 'string' ? value : JSON.stringify(value)

function Rejected({ rejected }: { rejected: Drift['rejected'] }) {
  const { t } = useTranslation('catalogue')
  if (rejected.length === 0) return null
  return (
    <section>
      <Title headingLevel="h3" size="md">
        {t('drift.rejected', { count: rejected.length })}
      </Title>
      <List isPlain>
        {rejected.map(({ name, reason }) => (
          <ListItem key={`${name} ${reason}`}>
            <span className="lm-code">{name}</span>: {t(`drift.reason.${reason}`)}
          </ListItem>
        ))}
      </List>
    </section>
  )
}
