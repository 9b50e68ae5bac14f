import { Button, ClipboardCopy, Content } from '@patternfly/react-core'
import { Table, Tbody, Td, Th, Thead, Tr } from '@patternfly/react-table'
import { useTranslation } from 'react-i18next'
import { Facts, type Fact } from '../../ui/Facts.tsx'
import { useFormats } from '../../ui/formats.ts'
import { changesOf, listChange, type Change } from './audit-changes.ts'
import type { AuditEntry } from './audit-queries.ts'

interface EntryDetailsProps {
  readonly entry: AuditEntry
  onFilter(name: string, value: string): void
}

/** The change itself, why, and what else happened in the same request or to the same thing. */
export function EntryDetails({ entry, onFilter }: EntryDetailsProps) {
  const { t } = useTranslation(['audit', 'common'])
  const changes = changesOf(entry.before, entry.after)
  const { requestId, resourceId } = entry
  const facts: Fact[] = []
  if (entry.reason !== null) facts.push({ term: t('reason'), value: entry.reason })
  facts.push({ term: t('code'), value: <code className="lm-code">{entry.action}</code> })
  facts.push({ term: t('address'), value: entry.address ?? t('common:state.none') })
  if (resourceId !== null) {
    const all = () => onFilter('resourceId', resourceId)
    facts.push({ term: t('resourceId'), value: <Id id={resourceId} act={t('allAbout')} onFilter={all} /> })
  }
  if (requestId !== null) {
    const all = () => onFilter('requestId', requestId)
    facts.push({ term: t('request'), value: <Id id={requestId} act={t('allOfRequest')} onFilter={all} /> })
  }
  facts.push({ term: t('chain'), value: entry.isChained ? t('chained') : t('notYetChained') })
  return (
    <>
      {changes.length === 0 ? (
        <Content component="p">{t('noChange')}</Content>
      ) : (
        <Changes changes={changes} />
      )}
      <Facts facts={facts} columns={3} />
    </>
  )
}

function Id({ id, act, onFilter }: { id: string; act: string; onFilter: () => void }) {
  const { t } = useTranslation()
  return (
    <>
      <ClipboardCopy
        isCode
        variant="inline-compact"
        hoverTip={t('act.copy')}
        clickTip={t('act.copied')}
        copyAriaLabel={t('act.copy')}
      >
        {id}
      </ClipboardCopy>{' '}
      <Button variant="link" isInline size="sm" onClick={onFilter}>
        {act}
      </Button>
    </>
  )
}

function Changes({ changes }: { changes: readonly Change[] }) {
  const { t } = useTranslation('audit')
  const hasBefore = changes.some(({ kind }) => kind !== 'added')
  const hasAfter = changes.some(({ kind }) => kind !== 'removed')
  return (
    <Table aria-label={t('change')} variant="compact" borders={false} className="lm-changes">
      <Thead>
        <Tr>
          <Th>{t('field')}</Th>
          {hasBefore && <Th>{t('before')}</Th>}
          {hasAfter && <Th>{t('after')}</Th>}
        </Tr>
      </Thead>
      <Tbody>
        {changes.map((change) => (
          <Tr key={change.field}>
            <Td dataLabel={t('field')}>
              <code className="lm-code">{change.field}</code>
            </Td>
            {hasBefore && <Td dataLabel={t('before')}>{change.kind !== 'added' && <Old {...change} />}</Td>}
            {hasAfter && <Td dataLabel={t('after')}>{change.kind !== 'removed' && <Fresh {...change} />}</Td>}
          </Tr>
        ))}
      </Tbody>
    </Table>
  )
}

function Old({ before, after }: Change) {
  const list = listChange(before, after)
  if (!list)
    return (
      <del>
        <Value of={before} />
      </del>
    )
  return <Words words={list.gone} isGone />
}

function Fresh({ before, after }: Change) {
  const list = listChange(before, after)
  if (!list)
    return (
      <ins>
        <Value of={after} />
      </ins>
    )
  return <Words words={list.come} isGone={false} />
}

/** Of a long list only what came or went. */
function Words({ words, isGone }: { words: readonly string[]; isGone: boolean }) {
  return words.map((word) => (
    <span key={word} className="lm-detail">
      {isGone ? <del>{`− ${word}`}</del> : <ins>{`+ ${word}`}</ins>}
    </span>
  ))
}

function Value({ of }: { of: unknown }) {
  const { t } = useTranslation()
  const { dateTime } = useFormats()
  if (of === null || of === undefined || of === '') return <i>{t('state.none')}</i>
  if (typeof of === 'boolean') return <>{of ? t('state.yes') : t('state.no')}</>
  if (typeof of === 'string' && /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(of))
    return (
      <time dateTime={of} title={of}>
        {dateTime(of)}
      </time>
    )
  return <span className="lm-value">{typeof of === 'string' ? of : JSON.stringify(of, null, 1)}</span>
}
