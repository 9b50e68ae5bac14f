import {
  MenuToggle,
  Select,
  SelectList,
  SelectOption,
  ToggleGroup,
  ToggleGroupItem,
} from '@patternfly/react-core'
import DesktopIcon from '@patternfly/react-icons/dist/esm/icons/desktop-icon'
import LanguageIcon from '@patternfly/react-icons/dist/esm/icons/language-icon'
import MoonIcon from '@patternfly/react-icons/dist/esm/icons/moon-icon'
import SunIcon from '@patternfly/react-icons/dist/esm/icons/sun-icon'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { chooseLanguage, currentLanguage, languageNames, languages } from '../../i18n/index.ts'
import { chooseTheme, storedTheme, themes, type Theme } from '../../ui/theme.ts'

const icons = { system: <DesktopIcon />, light: <SunIcon />, dark: <MoonIcon /> } as const

/** Language and theme, before anybody knows whose they are: a matter of this browser. */
export function Appearance() {
  return (
    <>
      <LanguageMenu />
      <ThemeChoice />
    </>
  )
}

function ThemeChoice() {
  const { t } = useTranslation()
  const [theme, setTheme] = useState<Theme>(storedTheme)
  const choose = (next: Theme) => {
    chooseTheme(next)
    setTheme(next)
  }
  return (
    <ToggleGroup aria-label={t('theme.label')} isCompact>
      {themes.map((one) => (
        <ToggleGroupItem
          key={one}
          icon={icons[one]}
          aria-label={t(`theme.${one}`)}
          isSelected={theme === one}
          onChange={() => choose(one)}
        />
      ))}
    </ToggleGroup>
  )
}

function LanguageMenu() {
  const { t } = useTranslation()
  const queries = useQueryClient()
  const [isOpen, setIsOpen] = useState(false)
  const current = currentLanguage()
  const choose = async (value: unknown) => {
    setIsOpen(false)
    const next = languages.find((one) => one === value)
    if (next === undefined) return
    await chooseLanguage(next)
    // Announcements come in the language that was asked in.
    await queries.invalidateQueries({ queryKey: ['configuration'] })
  }
  return (
    <Select
      isOpen={isOpen}
      onOpenChange={setIsOpen}
      onSelect={(_event, value) => void choose(value)}
      selected={current}
      toggle={(ref) => (
        <MenuToggle
          ref={ref}
          icon={<LanguageIcon />}
          variant="plainText"
          isExpanded={isOpen}
          aria-label={`${t('language')}: ${languageNames[current]}`}
          onClick={() => setIsOpen(!isOpen)}
        >
          {languageNames[current]}
        </MenuToggle>
      )}
    >
      <SelectList aria-label={t('language')}>
        {languages.map((language) => (
          <SelectOption key={language} value={language} lang={language}>
            {languageNames[language]}
          </SelectOption>
        ))}
      </SelectList>
    </Select>
  )
}
