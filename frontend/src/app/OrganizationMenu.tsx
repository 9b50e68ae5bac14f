import {
  Dropdown,
  DropdownItem,
  DropdownList,
  MenuToggle,
  type MenuToggleElement,
} from '@patternfly/react-core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState, type Ref } from 'react'
import { useTranslation } from 'react-i18next'
import { useToasts } from '../ui/Toasts.tsx'
import { api } from './api.ts'
import { sessionQuery, useSession } from './session.ts'

/** The organization that one works in: everything on every page belongs to it. */
export function useSwitchOrganization() {
  const { t } = useTranslation()
  const { say, fail } = useToasts()
  const navigate = useNavigate()
  const queries = useQueryClient()
  const { mutate } = useMutation({
    mutationFn: (organizationId: string) => api.switchOrganization({ body: { organizationId } }),
    onSuccess: async ({ data }) => {
      // What is shown belongs to the other organization, and its address means nothing here.
      await navigate({ to: '/', search: {} })
      await queries.invalidateQueries({ queryKey: sessionQuery.queryKey })
      void queries.resetQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'session' })
      say(t('shell.switched', { name: data.organization?.name ?? '' }))
    },
    onError: fail,
  })
  return mutate
}

export function OrganizationMenu() {
  const { t } = useTranslation()
  const [isOpen, setIsOpen] = useState(false)
  const { memberships, organization } = useSession()
  const change = useSwitchOrganization()
  if (memberships.length < 2) return organization ? <span>{organization.name}</span> : null
  return (
    <Dropdown
      isOpen={isOpen}
      onOpenChange={setIsOpen}
      onSelect={(_event, id) => {
        setIsOpen(false)
        if (id !== organization?.id) change(String(id))
      }}
      isScrollable
      popperProps={{ position: 'right' }}
      toggle={(ref: Ref<MenuToggleElement>) => (
        <MenuToggle
          ref={ref}
          isExpanded={isOpen}
          aria-label={
            organization ? t('shell.workIn', { name: organization.name }) : t('shell.noOrganization')
          }
          onClick={() => setIsOpen(!isOpen)}
        >
          {organization?.name ?? t('shell.noOrganization')}
        </MenuToggle>
      )}
    >
      <DropdownList>
        {memberships.map((membership) => (
          <DropdownItem
            key={membership.organizationId}
            value={membership.organizationId}
            description={t(`role.${membership.role}`)}
            isSelected={membership.organizationId === organization?.id}
          >
            {membership.organizationName}
          </DropdownItem>
        ))}
      </DropdownList>
    </Dropdown>
  )
}
