import { MenuToggle, Select, SelectList, SelectOption, Tooltip } from '@patternfly/react-core'
import { queryOptions, useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { each } from '@litemaas/client'
import { api } from './api.ts'
import type { ListSearch } from './list-search.ts'
import { useSession } from './session.ts'

const ALL = 'all'

/** Every organization by id and name, for platform administrators and auditors. */
const organizationsQuery = queryOptions({
  queryKey: ['organizations', 'names'],
  queryFn: async () => {
    const names = new Map<string, string>()
    for await (const one of each(api.listOrganizations, { query: { sort: 'name' } }))
      names.set(one.id, one.name)
    return names
  },
  staleTime: 60_000,
})

/** What a write into an organization needs. */
export interface ActTarget {
  /** It is not one's own organization, so the server wants to know why, and records it. */
  readonly needsReason: boolean
  query(reason?: string): { organizationId?: string; reason?: string }
}

/**
 * Where a platform administrator looks: the own organization, another one, or all. Looking across is recorded by the
 * server, so it is chosen, never the default. The choice lives in the address (`?in=`).
 */
export function useScope() {
  const { isPlatformReader, organization } = useSession()
  const { in: chosen } = useSearch({ strict: false }) as ListSearch
  const { data: names } = useQuery({ ...organizationsQuery, enabled: isPlatformReader })
  const own = organization?.id
  const choice = isPlatformReader && typeof chosen === 'string' && chosen !== own ? chosen : undefined
  const isAll = choice === ALL
  return {
    choice,
    isAll,
    isElsewhere: choice !== undefined,
    read: choice === undefined ? {} : isAll ? { scope: 'platform' as const } : { organizationId: choice },
    /** For links between pages of administration, which keep the choice. */
    search: choice === undefined ? {} : { in: choice },
    names,
    nameOf: (organizationId: string) =>
      names?.get(organizationId) ?? (organizationId === own ? (organization?.name ?? '') : ''),
    /** For what belongs to that organization; without one, for something new. */
    target: (organizationId: string | undefined = isAll ? own : (choice ?? own)): ActTarget => {
      const needsReason = organizationId !== own && organizationId !== undefined
      return {
        needsReason,
        query: (reason) => (needsReason ? { organizationId, ...(reason ? { reason } : {}) } : {}),
      }
    },
  }
}

/** Draws nothing for those who have only their own organization to look at. */
export function ScopePicker() {
  const { t } = useTranslation()
  const { isPlatformReader, organization } = useSession()
  const { choice, names } = useScope()
  const search = useSearch({ strict: false }) as ListSearch
  const navigate = useNavigate()
  const [isOpen, setIsOpen] = useState(false)
  if (!isPlatformReader || names === undefined || names.size < 2) return null
  const own = organization?.id
  const choose = (next: string) => {
    setIsOpen(false)
    const { in: _left, page: _page, cursor: _cursor, ...rest } = search
    void navigate({ to: '.', search: (next === own ? rest : { ...rest, in: next }) as never })
  }
  const label = choice === ALL ? t('scope.all') : (names.get(choice ?? own ?? '') ?? t('scope.choose'))
  return (
    <Select
      isOpen={isOpen}
      onOpenChange={setIsOpen}
      onSelect={(_event, value) => choose(String(value))}
      selected={choice ?? own}
      isScrollable
      popperProps={{ position: 'right' }}
      toggle={(ref) => (
        <Tooltip content={t('scope.hint')}>
          <MenuToggle ref={ref} isExpanded={isOpen} onClick={() => setIsOpen(!isOpen)}>
            {t('scope.in', { organization: label })}
          </MenuToggle>
        </Tooltip>
      )}
    >
      <SelectList aria-label={t('scope.choose')}>
        <SelectOption value={ALL}>{t('scope.all')}</SelectOption>
        {[...names].map(([id, name]) => (
          <SelectOption key={id} value={id} {...(id === own ? { description: t('scope.own') } : {})}>
            {name}
          </SelectOption>
        ))}
      </SelectList>
    </Select>
  )
}
