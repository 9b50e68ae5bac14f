import { ExpandableRowContent, Table, Tbody, Td, Th, Thead, Tr } from '@patternfly/react-table'
import { Skeleton } from '@patternfly/react-core'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useSession } from '../../app/session.ts'
import { useFormats } from '../../ui/formats.ts'
import { StateLabel } from '../../ui/StateLabel.tsx'
import { pageAbout } from './audit-links.ts'
import type { AuditEntry } from './audit-queries.ts'
import { EntryDetails } from './EntryDetails.tsx'
import { useAuditWords } from './use-audit-words.ts'

interface AuditTableProps {
  /** Undefined while loading. */
  readonly rows: readonly AuditEntry[] | undefined
  readonly hasOrganizations: boolean
  onFilter(name: string, value: string): void
}

const SKELETON_ROWS = 10

/** What was done, newest first; each row opens to the change itself. */
export function AuditTable({ rows, hasOrganizations, onFilter }: AuditTableProps) {
  const { t } = useTranslation('audit')
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set())
  const toggle = (id: string) => {
    const next = new Set(open)
    if (!next.delete(id)) next.add(id)
    setOpen(next)
  }
  const titles: string[] = [t('when'), t('what'), t('who'), t('about')]
  if (hasOrganizations) titles.push(t('organization'))
  titles.push(t('resultLabel'))
  return (
    <Table aria-label={t('title')} variant="compact" gridBreakPoint="grid-lg">
      <Thead>
        <Tr>
          <Th screenReaderText={t('details')} />
          {titles.map((title) => (
            <Th key={title}>{title}</Th>
          ))}
        </Tr>
      </Thead>
      {rows === undefined ? (
        <Tbody>
          {Array.from({ length: SKELETON_ROWS }, (_none, index) => (
            <Tr key={index} aria-hidden>
              {['', ...titles].map((title) => (
                <Td key={title}>
                  <Skeleton />
                </Td>
              ))}
            </Tr>
          ))}
        </Tbody>
      ) : (
        rows.map((row, index) => (
          <Tbody key={row.id} isExpanded={open.has(row.id)}>
            <EntryRow
              row={row}
              index={index}
              isOpen={open.has(row.id)}
              hasOrganization={hasOrganizations}
              onToggle={() => toggle(row.id)}
            />
            <Tr isExpanded={open.has(row.id)}>
              <Td colSpan={titles.length + 1}>
                <ExpandableRowContent>
                  {open.has(row.id) && <EntryDetails entry={row} onFilter={onFilter} />}
                </ExpandableRowContent>
              </Td>
            </Tr>
          </Tbody>
        ))
      )}
    </Table>
  )
}

interface EntryRowProps {
  readonly row: AuditEntry
  readonly index: number
  readonly isOpen: boolean
  readonly hasOrganization: boolean
  onToggle(): void
}

const tones = { success: 'success', refused: 'warning', failed: 'danger' } as const

function EntryRow({ row, index, isOpen, hasOrganization, onToggle }: EntryRowProps) {
  const { t } = useTranslation('audit')
  const words = useAuditWords()
  return (
    <Tr>
      <Td
        expand={{ rowIndex: index, isExpanded: isOpen, onToggle, expandId: 'audit' }}
        aria-label={t('detailsOf', { what: words.action(row.action) })}
      />
      <Td dataLabel={t('when')}>
        <Moment at={row.at} />
      </Td>
      <Td dataLabel={t('what')}>
        {words.action(row.action)}
        {row.count > 1 && <span className="lm-detail">{t('times', { count: row.count })}</span>}
      </Td>
      <Td dataLabel={t('who')}>
        <Actor row={row} />
      </Td>
      <Td dataLabel={t('about')}>
        <About row={row} />
      </Td>
      {hasOrganization && <Td dataLabel={t('organization')}>{words.organization(row)}</Td>}
      <Td dataLabel={t('resultLabel')}>
        <StateLabel tone={tones[row.result]}>{words.result(row.result)}</StateLabel>
      </Td>
    </Tr>
  )
}

/** In a trail the exact moment matters; how long ago it is helps to find it. */
function Moment({ at }: { at: string }) {
  const { dateTime, ago } = useFormats()
  return (
    <time dateTime={at} title={at} className="lm-nowrap">
      {dateTime(at)}
      <span className="lm-detail lm-subtle">{ago(at)}</span>
    </time>
  )
}

function Actor({ row }: { row: AuditEntry }) {
  const session = useSession()
  const words = useAuditWords()
  const isPerson = row.actorKind === 'person' && row.actorId !== null
  const name = row.actorName ?? words.actorKind(row.actorKind)
  return (
    <>
      {isPerson && session.can('users:read') ? (
        <Link to="/admin/users/$userId" params={{ userId: row.actorId ?? '' }}>
          {name}
        </Link>
      ) : (
        name
      )}
      <span className="lm-detail lm-subtle">{words.door(row.door)}</span>
    </>
  )
}

function About({ row }: { row: AuditEntry }) {
  const session = useSession()
  const words = useAuditWords()
  if (row.resourceType === null) return <>–</>
  const page = pageAbout(row.resourceType, row.resourceId, session)
  const name = nameOf(row)
  const label = name ?? words.resource(row.resourceType)
  return (
    <>
      {page === undefined ? label : <Link {...page}>{label}</Link>}
      <span className="lm-detail lm-subtle">
        {name === undefined ? short(row.resourceId) : words.resource(row.resourceType)}
      </span>
    </>
  )
}

/** What it is or was called, when the entry knows. */
function nameOf({ resourceType, before, after }: AuditEntry): string | undefined {
  // A subscription names the person, too, who is in the column before.
  const fields =
    resourceType === 'subscription' ? ['modelName'] : ['name', 'displayName', 'subjectName', 'email']
  for (const state of [after, before])
    for (const field of fields)
      if (typeof state?.[field] === 'string' && state[field] !== '') return state[field]
  return undefined
}

const short = (id: string | null): string =>
  id !== null && /^[0-9a-f-]{36}$/.test(id) ? id.slice(0, 8) : (id ?? '')
