import {
  Divider,
  Dropdown,
  DropdownGroup,
  DropdownItem,
  DropdownList,
  MenuToggle,
  type MenuToggleElement,
} from '@patternfly/react-core'
import UserIcon from '@patternfly/react-icons/dist/esm/icons/user-icon'
import { useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState, type Ref } from 'react'
import { useTranslation } from 'react-i18next'
import { languageNames, languages } from '../i18n/index.ts'
import { storedTheme, themes } from '../ui/theme.ts'
import { api, leaveQuietly } from './api.ts'
import { chooseLanguageEverywhere } from './language.ts'
import { useSwitchOrganization } from './OrganizationMenu.tsx'
import { chooseThemeEverywhere } from './preferences.ts'
import { useSession } from './session.ts'
import { useIsNarrow } from './use-is-narrow.ts'

/** One's own things: profile, theme, language, the way out; on a phone also the organization. */
export function AccountMenu() {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const isNarrow = useIsNarrow()
  const [isOpen, setIsOpen] = useState(false)
  const { user } = useSession()
  const leave = useSignOut()
  return (
    <Dropdown
      isOpen={isOpen}
      onOpenChange={setIsOpen}
      onSelect={() => setIsOpen(false)}
      popperProps={{ position: 'right' }}
      isScrollable
      maxMenuHeight="85vh"
      toggle={(ref: Ref<MenuToggleElement>) => (
        <MenuToggle
          ref={ref}
          variant={isNarrow ? 'plain' : 'plainText'}
          isExpanded={isOpen}
          aria-label={t('shell.accountOf', { name: user.displayName })}
          onClick={() => setIsOpen(!isOpen)}
          icon={<UserIcon />}
        >
          {isNarrow ? undefined : user.displayName}
        </MenuToggle>
      )}
    >
      <DropdownList>
        <DropdownItem
          description={user.email ?? user.username}
          onClick={() => void navigate({ to: '/profile', search: {} })}
        >
          {t('nav.profile')}
        </DropdownItem>
      </DropdownList>
      {isNarrow && <Organizations />}
      <Themes />
      <Languages />
      <Divider />
      <DropdownList>
        <DropdownItem onClick={() => void leave()}>{t('shell.signOut')}</DropdownItem>
      </DropdownList>
    </Dropdown>
  )
}

/** Nothing of this person may be left for whoever signs in next. */
export function useSignOut(): () => Promise<void> {
  const navigate = useNavigate()
  const queries = useQueryClient()
  return () =>
    leaveQuietly(async () => {
      // Somebody whose session has ended already is signed out as well.
      await api.signOut().catch(() => undefined)
      await navigate({ to: '/sign-in', search: {} })
      queries.clear()
    })
}

function Organizations() {
  const { t } = useTranslation()
  const { memberships, organization } = useSession()
  const change = useSwitchOrganization()
  if (memberships.length < 2) return null
  return (
    <>
      <Divider />
      <DropdownGroup label={t('shell.organization')}>
        <DropdownList>
          {memberships.map(({ organizationId, organizationName }) => (
            <DropdownItem
              key={organizationId}
              isSelected={organizationId === organization?.id}
              onClick={() => organizationId !== organization?.id && change(organizationId)}
            >
              {organizationName}
            </DropdownItem>
          ))}
        </DropdownList>
      </DropdownGroup>
    </>
  )
}

function Themes() {
  const { t } = useTranslation()
  const chosen = storedTheme()
  return (
    <>
      <Divider />
      <DropdownGroup label={t('theme.label')}>
        <DropdownList>
          {themes.map((theme) => (
            <DropdownItem
              key={theme}
              isSelected={chosen === theme}
              onClick={() => void chooseThemeEverywhere(theme)}
            >
              {t(`theme.${theme}`)}
            </DropdownItem>
          ))}
        </DropdownList>
      </DropdownGroup>
    </>
  )
}

function Languages() {
  const { t, i18n } = useTranslation()
  return (
    <>
      <Divider />
      <DropdownGroup label={t('language')}>
        <DropdownList>
          {languages.map((language) => (
            <DropdownItem
              key={language}
              lang={language}
              isSelected={i18n.language === language}
              onClick={() => void chooseLanguageEverywhere(language)}
            >
              {languageNames[language]}
            </DropdownItem>
          ))}
        </DropdownList>
      </DropdownGroup>
    </>
  )
}
